using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Transports;

/// <summary>
/// What a client of a group says on its WebSocket about the records that went over it. What is refused is told, and changes nothing.
/// </summary>
internal sealed class AckFrames(KafkaRoute route, GroupSession session) : IClientFrames
{
    /// <summary>How many permits a client may have: enough to keep it busy, however long its frames take.</summary>
    public const int MaxPermits = 100_000;

    /// <summary>How many replies may be owed to a client before its next frame is read.</summary>
    private const int MaxReplies = 100;

    private int _owed;
    private Task _lastReply = Task.CompletedTask;

    public async ValueTask<JsonObject?> TakeAsync(ReadOnlyMemory<byte> frame, Func<JsonObject, Task> reply)
    {
        if (AckReader.Read(frame, out var fault) is not { } message || (fault = Unfit(message)) is not null)
        {
            return WebSocketErrors.Frame(KafkaProblem.InvalidAck(fault), route.Options.ReturnErrorMessage);
        }

        if (message.Kind == AckKind.Permit)
        {
            session.Permit(message.Count, MaxPermits);
            return null;
        }

        var (outcome, committed) = route.Options.AckReplies && message.Kind is AckKind.Ack or AckKind.Commit
            ? session.Acknowledge(message)
            : (session.Apply(message), Task.FromResult(true));
        if (outcome.Problem is { } problem)
        {
            await reply(Refusal(problem, outcome));
        }
        else if (route.Options.AckReplies)
        {
            if (Interlocked.Increment(ref _owed) > MaxReplies)
            {
                await _lastReply;
            }

            _lastReply = ReplyAsync(_lastReply, committed, outcome, reply);
        }

        return null;
    }

    /// <summary>Says what is wrong with a message on this route.</summary>
    private string? Unfit(AckMessage message) => (message.Kind, route.Options.CommitStrategy) switch
    {
        (AckKind.Permit, _) => route.Options.Flow == KafkaStreamFlow.Permit ? null : "This route needs no permits.",
        (_, KafkaCommitStrategy.Auto) => "On this route nothing is acknowledged.",
        (not AckKind.Commit, KafkaCommitStrategy.Off) => "This route takes messages of the type 'commit' alone.",
        _ when message.Batch is not null => "On a WebSocket there are no batches.",
        _ => null,
    };

    private JsonObject Refusal(KafkaProblem problem, AckOutcome outcome)
    {
        var frame = WebSocketErrors.Frame(problem, route.Options.ReturnErrorMessage);
        frame["records"] = AckJson.Records(outcome.Refused);
        return frame;
    }

    /// <summary>Tells the client when Kafka has what it has acknowledged, in the order of its frames.</summary>
    private async Task ReplyAsync(Task before, Task<bool> committed, AckOutcome outcome, Func<JsonObject, Task> reply)
    {
        try
        {
            await before;
            await reply(await committed
                ? new JsonObject { ["type"] = "acked", ["committed"] = AckJson.Committed(session.CommittedOf(outcome)) }
                : WebSocketErrors.Frame(AckOutcome.Stale(), route.Options.ReturnErrorMessage));
        }
        finally
        {
            Interlocked.Decrement(ref _owed);
        }
    }
}
