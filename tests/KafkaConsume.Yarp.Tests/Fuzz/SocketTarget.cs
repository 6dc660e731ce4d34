using System.Net.WebSockets;
using KafkaConsume.Yarp.Transports;

namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>Everything that a client sends on a WebSocket, from the bytes on the wire to what becomes of records.</summary>
internal sealed class SocketTarget : IFuzzTarget
{
    private readonly Worlds _worlds = new();
    private AckWorld _world = null!;
    private AckSpeaker _speaker = null!;

    public string Name => "sockets";

    public long FixedBytes => 128 * 1024;

    public long BytesPerByte => 128;

    public byte[] Generate(FuzzRandom random)
    {
        _world = _worlds.Get(KafkaCommitStrategy.ClientAcks);
        _speaker = random.Pick(_world.Streams);
        return WireBytes.Next(random, () => random.OneIn(300) ? new byte[random.Below(90_000)] : AckMessages.Next(random, _world.Words));
    }

    public string Run(byte[] input, out long allocated)
    {
        using var wire = new WireStream(input);
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var stream = new FrameStream(wire, TimeProvider.System);
        stream.WatchArrivals(static () => { });
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = Timeout.InfiniteTimeSpan });
        var ends = 0;
        var receiver = new WebSocketReceiver(socket, new AckFrames(AckRoutes.Create(_world.Strategy), _speaker.Stream!), () => ends++);
        receiver.Start();
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        FuzzFailureException.ThrowUnless(receiver.Completion.IsCompletedSuccessfully && ends > 0, $"The end is {receiver.Completion.Status}: {receiver.Completion.Exception}");
        FuzzFailureException.ThrowUnless(
            receiver.Refusal is null or { Code: WebSocketCloseStatus.InvalidMessageType or WebSocketCloseStatus.MessageTooBig or WebSocketCloseStatus.PolicyViolation },
            $"The end is {receiver.Refusal}");
        FuzzFailureException.ThrowUnless(stream.LastArrived == 0, "There is an answer to a ping that was never sent.");
        _world.CheckOthers(_speaker);
        if (_world.IsTouched)
        {
            _worlds.Drop(_world);
        }

        return receiver.Refusal is { } refusal ? $"closed with {(int)refusal.Code}"
            : socket.CloseStatus is { } status ? $"the client has gone with {(int)status}"
            : socket.State == WebSocketState.Aborted && wire.Sent > 0 ? "a fault or an answer, and the connection's end"
            : "the connection's end";
    }
}
