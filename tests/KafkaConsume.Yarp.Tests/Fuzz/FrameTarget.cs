using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Transports;

namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>One frame of a WebSocket client of a group: read, judged, done and answered.</summary>
internal sealed class FrameTarget : IFuzzTarget
{
    private static readonly KafkaCommitStrategy[] Strategies =
        [KafkaCommitStrategy.ClientAcks, KafkaCommitStrategy.ClientAcks, KafkaCommitStrategy.ClientAcks, KafkaCommitStrategy.Off, KafkaCommitStrategy.Off, KafkaCommitStrategy.Auto];

    private readonly Worlds _worlds = new();
    private AckWorld _world = null!;
    private AckSpeaker _speaker = null!;
    private KafkaRoute _route = null!;

    public string Name => "frames";

    public long FixedBytes => 16 * 1024;

    public long BytesPerByte => 64;

    public byte[] Generate(FuzzRandom random)
    {
        _world = _worlds.Get(random.Pick(Strategies));
        _speaker = random.Pick(_world.Streams);
        _route = AckRoutes.Create(_world.Strategy, random.OneIn(2), random.OneIn(2) ? KafkaStreamFlow.Permit : default);
        return AckMessages.Next(random, _world.Words);
    }

    public string Run(byte[] input, out long allocated)
    {
        List<JsonObject> replies = [];
        var frames = new AckFrames(_route, _speaker.Stream!);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var fault = AtOnce.Get(frames.TakeAsync(input, reply =>
        {
            replies.Add(reply);
            return Task.CompletedTask;
        }));
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var claim = AckClaim.Read(input);
        var isFit = claim is not null && IsFit(claim);
        if (claim is not null || fault is null)
        {
            _worlds.Drop(_world);
        }

        _world.Check(isFit && fault is null ? claim : null, _speaker);
        FuzzFailureException.ThrowUnless(fault is null == isFit || (fault is not null && claim!.MayBeRefused), $"The frame is {(isFit ? "refused" : "taken")}: {fault?.ToJsonString()}");
        return fault is not null ? Problems.TypeOf(fault, "invalid-ack")
            : replies.Count == 0 ? claim!.Kind
            : Problems.TypeOf(replies.Single(), "unknown-record", "stale-ack", "acked");
    }

    private bool IsFit(AckClaim claim) => claim.Kind == "permit" ? _route.Options.Flow == KafkaStreamFlow.Permit
        : claim.Batch is null && (_world.Strategy == KafkaCommitStrategy.ClientAcks || (_world.Strategy == KafkaCommitStrategy.Off && claim.Kind == "commit"));
}
