using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tests.History;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>One connection of a <see cref="SocketChaosClient"/>: what it sends and gets, and what of that goes into the history.</summary>
internal sealed class ChaosSocket(ChaosWorld world) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ClientWebSocket _socket = new();
    private readonly string _user = world.NextUser();
    private readonly LinkedList<(HistoryEvent.Said Said, int At, HashSet<RecordId> Records)> _unanswered = new();
    private readonly Queue<int> _permits = new();
    private byte[] _buffer = new byte[16 * 1024];
    private Task<JsonObject?>? _reading;
    private string _gateway = "";
    private int _connectedAfter;
    private int _aliveAfter;
    private bool _isOpen;

    /// <summary>Gets how many records the gateway may still send.</summary>
    public int Permits => _permits.Count;

    public async Task ConnectAsync(string gateway, Uri address)
    {
        _gateway = gateway;
        _connectedAfter = _aliveAfter = world.Log.Count;
        _socket.Options.SetRequestHeader("X-User", _user);
        _socket.Options.Proxy = null;
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        await _socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = ChaosGatewayOptions.Path }.Uri, patience.Token);
        world.Log.Add(new HistoryEvent.SessionStarted(_user, _user, gateway, [world.Topic], world.IsByPartition));
        _isOpen = true;
    }

    /// <summary>Reads the next frame.</summary>
    /// <param name="pause">How long to wait for it.</param>
    /// <returns>The frame; null if none has come yet.</returns>
    /// <exception cref="OperationCanceledException">Nothing has come for so long that the gateway is gone.</exception>
    public async Task<JsonObject?> NextAsync(TimeSpan pause)
    {
        _reading ??= ReadAsync();
        if (!_reading.IsCompleted && await Task.WhenAny(_reading, ChaosWorld.PauseAsync(pause)) != _reading)
        {
            return null;
        }

        var frame = await _reading;
        _reading = null;
        return frame ?? throw new OperationCanceledException("The gateway has said goodbye.");
    }

    /// <summary>Takes note of a record.</summary>
    public RecordId Receive(JsonObject frame)
    {
        var record = ChaosJson.Record(frame, world);

        // Without permits it may have been handed out at any time since the client came, and wait to be read.
        var handedAfter = _connectedAfter;
        if (world.NeedsPermits && !_permits.TryDequeue(out handedAfter))
        {
            world.Log.Add(new HistoryEvent.Measured($"what came to {_user} beyond what it has permits for", 1, 0));
        }

        _aliveAfter = Math.Max(_aliveAfter, handedAfter);
        world.Log.Add(new HistoryEvent.Delivered(_user, handedAfter, record));
        return record.Id;
    }

    public async Task PermitAsync(int count)
    {
        var now = world.Log.Count;
        for (var number = 0; number < count; number++)
        {
            _permits.Enqueue(now);
        }

        await SendAsync($$"""{"type":"permit","count":{{count}}}""");
    }

    public async Task SayAsync(AckKind kind, RecordId[] records, double? delay = null)
    {
        if (records.Length > 0)
        {
            Note(kind, records);
            await SendAsync(ChaosJson.Message(kind, records, delay));
        }
    }

    /// <summary>Acknowledges all that the client has of a partition up to the last of these.</summary>
    public async Task SayThroughAsync(RecordId[] records)
    {
        Note(AckKind.Ack, records);
        await SendAsync(ChaosJson.Through(records.MaxBy(record => record.Offset)));
    }

    /// <summary>Takes note that the oldest message was done.</summary>
    public void Answer(JsonObject frame)
    {
        if (_unanswered.First is { } first)
        {
            Conclude(first, new HistoryEvent.Answered(first.Value.Said.Id, AckAnswer.Accepted)
            {
                // What is told beside other kinds is where the group is at that moment all the same.
                Confirmed = first.Value.Said.Kind == AckKind.Ack ? ChaosJson.Offsets(frame["committed"]!, world) : [],
            });
        }
    }

    /// <summary>Takes note of a refusal: of a message that had these records; or, without records, of the oldest one.</summary>
    public void Refuse(JsonObject frame)
    {
        if (frame["records"] is not JsonArray { Count: > 0 } records)
        {
            if (_unanswered.First is { } oldest)
            {
                Conclude(oldest, new HistoryEvent.Answered(oldest.Value.Said.Id, AckAnswer.Unclear));
            }

            return;
        }

        // Refusals come at once, while what was done is told when Kafka has it: of two messages about a record the later one was refused.
        var refused = ChaosJson.Ids(records, world);
        for (var message = _unanswered.Last; message is not null; message = message.Previous)
        {
            if (refused.All(message.Value.Records.Contains))
            {
                Conclude(message, new HistoryEvent.Answered(message.Value.Said.Id, AckAnswer.Refused) { Refused = refused });
                return;
            }
        }
    }

    /// <summary>Says goodbye.</summary>
    public async Task CloseAsync()
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
    }

    /// <summary>Goes, with or without a goodbye.</summary>
    public void Dispose()
    {
        if (_isOpen)
        {
            _isOpen = false;
            world.Log.Add(new HistoryEvent.SessionEnded(_user) { AliveAfter = _aliveAfter });
        }

        _socket.Abort();
        _socket.Dispose();
    }

    private void Note(AckKind kind, RecordId[] records)
    {
        var said = new HistoryEvent.Said(world.Log.NextId(), _user, _gateway, kind, records);
        _unanswered.AddLast((said, world.Log.Count, [.. records]));
        world.Log.Add(said);
    }

    private void Conclude(LinkedListNode<(HistoryEvent.Said Said, int At, HashSet<RecordId> Records)> message, HistoryEvent answer)
    {
        _aliveAfter = Math.Max(_aliveAfter, message.Value.At);
        _unanswered.Remove(message);
        world.Log.Add(answer);
    }

    private async Task SendAsync(string text)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
    }

    private async Task<JsonObject?> ReadAsync()
    {
        var length = 0;
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (true)
        {
            var received = await _socket.ReceiveAsync(_buffer.AsMemory(length), patience.Token);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            length += received.Count;
            if (received.EndOfMessage)
            {
                return JsonNode.Parse(_buffer.AsSpan(0, length))!.AsObject();
            }

            if (length == _buffer.Length)
            {
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }
        }
    }
}
