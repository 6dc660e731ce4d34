using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Leasing;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>Answers a <c>POST</c> that says what became of records, when Kafka has the commits that follow from it.</summary>
internal sealed class AckPostTransport(TransportServices services, RouteLifetime lifetime)
{
    private readonly KafkaRoute _route = lifetime.Route;

    public async Task HandleAsync(HttpContext context, KafkaConnection connection)
    {
        var body = await RequestText.ReadJsonAsync(context.Request, context.RequestAborted);
        if (AckReader.Read(body, out var fault) is not { } message)
        {
            throw Invalid(fault);
        }

        if (message.Kind == AckKind.Permit)
        {
            throw Invalid("Permits go over the WebSocket that they are for.");
        }

        if (_route.Options.CommitStrategy == KafkaCommitStrategy.Off && message.Kind != AckKind.Commit)
        {
            throw Invalid("This route takes messages of the type 'commit' alone.");
        }

        // A member of the group that is not there has handed nothing out, and need not join for this.
        using var lease = services.Groups.Find(_route, connection, services.UserGroups.Of(_route, context))
            ?? throw new KafkaProblemException(services.Owner.Unknown(message, context.Request));
        var (outcome, committed) = lease.Consumer.Acknowledge(message, CallerIdentity.Of(context));
        if (outcome.Problem is { } problem)
        {
            await RefuseAsync(context, services.Owner.Place(problem, message.Batch, context.Request), outcome);
            return;
        }

        if (message.Kind is AckKind.Ack or AckKind.Commit && !await IsCommittedAsync(committed, context.RequestAborted))
        {
            throw new KafkaProblemException(AckOutcome.Stale());
        }

        await AnswerAsync(context, new JsonObject { ["committed"] = AckJson.Committed(lease.Consumer.CommittedOf(outcome)) });
    }

    private async Task<bool> IsCommittedAsync(Task<bool> committed, CancellationToken cancellationToken)
    {
        try
        {
            return await committed.WaitAsync(services.Options.KafkaTimeout, services.Time, cancellationToken);
        }
        catch (TimeoutException failure)
        {
            // What was acknowledged stays so, and is committed as soon as Kafka takes it.
            throw new KafkaProblemException(KafkaProblem.Unavailable(), failure);
        }
    }

    private Task RefuseAsync(HttpContext context, KafkaProblem problem, AckOutcome outcome) => outcome.Refused.Count == 0
        ? ProblemResponse.WriteAsync(context, _route, problem)
        : ProblemResponse.WriteAsync(context, _route, problem, ("records", AckJson.Records(outcome.Refused)));

    private static async Task AnswerAsync(HttpContext context, JsonObject answer)
    {
        var bytes = JsonFrame.Utf8(answer);
        ResponseRules.NeverStore(context);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
        await context.Response.CompleteAsync();
    }

    private static KafkaProblemException Invalid(string? detail) => new(KafkaProblem.InvalidAck(detail));
}
