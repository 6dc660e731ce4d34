using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Tests.Pipeline;

namespace KafkaConsume.Yarp.Tests.Delivery;

/// <summary>A streaming client that reads on by itself, and is looked at meanwhile.</summary>
internal sealed class LiveReader : IAsyncDisposable
{
    private readonly CutConnection _connection;
    private readonly Lock _gate = new();
    private readonly List<JsonNode> _records = [];
    private readonly List<JsonNode> _gaps = [];
    private readonly Task _reading;
    private readonly Action<JsonNode>? _take;
    private int _count;
    private int _beats;
    private string? _cursor;

    private LiveReader(CutConnection connection, Transport transport, Action<JsonNode>? take)
    {
        _connection = connection;
        _take = take;
        _reading = Task.Run(() => ReadAsync(new AnswerReader(transport)));
    }

    /// <summary>Gets how often the stream has shown that it is alive without giving a record.</summary>
    public int Beats => Volatile.Read(ref _beats);

    /// <summary>Gets the task that ends with the stream; it fails when something came that is neither record, gap nor heartbeat.</summary>
    public Task Ended => _reading;

    public string? Cursor => Volatile.Read(ref _cursor);

    public int Count => Volatile.Read(ref _count);

    /// <summary>Gets the records that have come so far.</summary>
    public IReadOnlyList<JsonNode> Records
    {
        get
        {
            lock (_gate)
            {
                return [.. _records];
            }
        }
    }

    /// <summary>Gets the gaps that have been told so far, as JSON.</summary>
    public IReadOnlyList<string> Gaps
    {
        get
        {
            lock (_gate)
            {
                return [.. _gaps.Select(gap => gap.ToJsonString())];
            }
        }
    }

    /// <param name="address">The gateway.</param>
    /// <param name="transport">How to read.</param>
    /// <param name="path">The path, with a query.</param>
    /// <param name="take">Gets each record; without it all records are kept.</param>
    public static async Task<LiveReader> StartAsync(Uri address, Transport transport, string path, Action<JsonNode>? take = null) =>
        new(await CutConnection.OpenAsync(address, transport, path), transport, take);

    /// <summary>Gets what has been read so far.</summary>
    public ReadLog Log()
    {
        var log = new ReadLog();
        lock (_gate)
        {
            _records.ForEach(log.Add);
        }

        return log;
    }

    /// <summary>Waits until so many records have come, or the stream has ended.</summary>
    public async Task UntilAsync(int count)
    {
        await Eventually.UntilAsync(() => Count >= count || _reading.IsCompleted, $"{count} records");
        _reading.IsCompleted.Should().BeFalse("the stream goes on; it ended after {0} of {1} records", Count, count);
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Reset();
        await ((Task)_reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ReadAsync(AnswerReader answer)
    {
        var buffer = new byte[16 * 1024];
        for (var read = await _connection.ReadAsync(buffer); read > 0; read = await _connection.ReadAsync(buffer))
        {
            foreach (var received in answer.Read(buffer.AsSpan(0, read)))
            {
                await (received.Kind == ReceivedKind.Ping ? _connection.PongAsync(received.Payload) : Task.CompletedTask);
                Take(received);
            }
        }
    }

    private void Take(Received received)
    {
        lock (_gate)
        {
            switch (received.Kind)
            {
                case ReceivedKind.Record:
                    (_take ?? _records.Add)(received.Content!);
                    _count++;
                    break;
                case ReceivedKind.Gap:
                    _gaps.Add(received.Content!["gaps"]!);
                    break;
                case ReceivedKind.Ping:
                    break;
                case ReceivedKind.Position:
                    _beats++;
                    break;
                default:
                    throw new InvalidOperationException($"{received.Kind}: {received.Content}");
            }

            Volatile.Write(ref _cursor, received.Cursor ?? _cursor);
        }
    }
}
