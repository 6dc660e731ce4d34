using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Transports;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>The body of a <c>POST</c>: read as it comes, judged and done, as the endpoint does that.</summary>
internal sealed class PostTarget : IFuzzTarget
{
    private static readonly string?[] Owners = [null, "", "gateway-1", "gateway-2", "\u00ff\u00fe", new string('x', 4_000)];

    private readonly Worlds _worlds = new();
    private readonly BatchOwner _owner = AckRoutes.CreateOwner();
    private AckWorld _world = null!;
    private AckSpeaker _speaker = null!;
    private string? _named;

    public string Name => "bodies";

    public long FixedBytes => 24 * 1024;

    public long BytesPerByte => 64;

    public byte[] Generate(FuzzRandom random)
    {
        _world = _worlds.Get(random.OneIn(4) ? KafkaCommitStrategy.Off : KafkaCommitStrategy.ClientAcks);
        _speaker = random.Pick(AckWorld.Requests);
        _named = random.Pick(Owners);
        return random.OneIn(2_000)
            ? [.. AckMessages.Next(random, _world.Words), .. System.Text.Encoding.ASCII.GetBytes(new string(' ', RequestText.MaxBytes - 500 + random.Below(1_000)))]
            : AckMessages.Next(random, _world.Words);
    }

    public string Run(byte[] input, out long allocated)
    {
        var context = new DefaultHttpContext();
        context.Request.ContentType = "application/json";
        context.Request.Body = new MemoryStream(input);
        context.Request.Headers[BatchOwner.HeaderName] = _named;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (problem, message) = Take(context.Request);
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var claim = input.Length <= RequestText.MaxBytes ? AckClaim.Read(input) : null;
        var isFit = claim is not null && claim.Kind != "permit" && (_world.Strategy == KafkaCommitStrategy.ClientAcks || claim.Kind == "commit");
        if (claim is not null || message is not null)
        {
            _worlds.Drop(_world);
        }

        _world.Check(isFit && message is not null ? claim : null, _speaker);
        FuzzFailureException.ThrowUnless(message is not null == isFit || (message is null && claim!.MayBeRefused), $"The body is {(isFit ? "refused" : "taken")}: {problem}");
        FuzzFailureException.ThrowUnless(problem?.Type == "body-too-large" == input.Length > RequestText.MaxBytes, $"A body of {input.Length} bytes is answered with {problem}.");
        return problem is null ? claim!.Kind : Problems.TypeOf(problem, "invalid-ack", "body-too-large", "unknown-record", "stale-ack", "not-owner");
    }

    private (KafkaProblem? Problem, AckMessage? Message) Take(HttpRequest request)
    {
        try
        {
            var body = AtOnce.Get(RequestText.ReadJsonAsync(request, CancellationToken.None));
            if (AckReader.Read(body, out var fault) is not { } message
                || message.Kind == AckKind.Permit || (_world.Strategy == KafkaCommitStrategy.Off && message.Kind != AckKind.Commit))
            {
                return (KafkaProblem.InvalidAck(fault), null);
            }

            var (outcome, _) = _world.Ledger.Acknowledge(message, _speaker.User);
            _ = AckJson.Records(outcome.Refused).ToJsonString();
            _ = AckJson.Committed(_world.Ledger.CommittedOf(outcome)).ToJsonString();
            return (outcome.Problem is { } problem ? _owner.Place(problem, message.Batch, request) : null, message);
        }
        catch (KafkaProblemException failure)
        {
            return (failure.Problem, null);
        }
    }
}
