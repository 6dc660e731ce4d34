using System.Net.Sockets;
using KafkaConsume.Yarp.Tests.Pipeline;

namespace KafkaConsume.Yarp.Tests.Delivery;

/// <summary>
/// A client that reads a route of mode <c>auto</c>, is cut at random bytes, and comes back with its last cursor: each time by one of the
/// three transports, and to whichever gateway is next. It fails at the first record that is not the one that has to come.
/// </summary>
/// <param name="gateways">Gives the gateway to connect to.</param>
/// <param name="random">Decides the transports.</param>
/// <param name="cuts">After how many received bytes to cut, each time.</param>
internal sealed class CutReader(Func<Random, Uri> gateways, Random random, IEnumerable<int> cuts)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(20);

    private readonly Queue<int> _cuts = new(cuts);
    private readonly byte[] _buffer = new byte[16 * 1024];
    private string? _cursor;
    private int _bytesToCut;

    public ReadLog Log { get; } = new();

    /// <summary>Gets how often the client has cut its connection.</summary>
    public int Cuts { get; private set; }

    /// <summary>Gets or sets a value indicating whether gateways may stop; else no stream may end but by a cut.</summary>
    public bool GatewaysStop { get; init; }

    /// <summary>Gets or sets a value indicating whether a batch may be refused because Kafka does not answer.</summary>
    public bool KafkaStops { get; init; }

    /// <summary>Reads until so many records have come.</summary>
    public async Task ReadAsync(int count)
    {
        NextCut();
        while (Log.Count < count)
        {
            var transport = random.GetItems(Enum.GetValues<Transport>(), 1)[0];
            var asked = $"{transport} from cursor {_cursor}";
            try
            {
                await ReadConnectionAsync(transport, count);
            }
            catch (SocketException) when (GatewaysStop)
            {
                await Task.Delay(RetryPause, TimeProvider.System, TestContext.Current.CancellationToken);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"After {Log.Count} of {count} records and {Cuts} cuts, {asked}: {failure.Message}", failure);
            }
        }
    }

    private async Task ReadConnectionAsync(Transport transport, int count)
    {
        using var connection = await OpenAsync(transport);
        var answer = new AnswerReader(transport);
        while (Log.Count < count && !answer.HasEnded)
        {
            var read = await connection.ReadAsync(_buffer.AsMemory(0, Math.Min(_buffer.Length, _bytesToCut)));
            if (read == 0)
            {
                GatewaysStop.Should().BeTrue("no stream ends by itself");
                return;
            }

            foreach (var received in answer.Read(_buffer.AsSpan(0, read)))
            {
                await (received.Kind == ReceivedKind.Ping ? connection.PongAsync(received.Payload) : Task.CompletedTask);
                Take(received);
            }

            _bytesToCut -= read;
            if (_bytesToCut == 0)
            {
                connection.Reset();
                Cuts++;
                NextCut();
                return;
            }
        }
    }

    private Task<CutConnection> OpenAsync(Transport transport)
    {
        var start = _cursor is null ? "?from=earliest" : $"?cursor={_cursor}";
        var page = transport == Transport.Get ? $"&max={random.Next(1, 100)}" : "";
        return transport == Transport.ServerSentEvents && _cursor is not null && random.Next(2) == 0
            ? CutConnection.OpenAsync(gateways(random), transport, "/auto?from=earliest", $"Last-Event-ID: {_cursor}")
            : CutConnection.OpenAsync(gateways(random), transport, "/auto" + start + page);
    }

    private void Take(Received received)
    {
        switch (received.Kind)
        {
            case ReceivedKind.Record:
                var record = received.Content!;
                ((long)record["offset"]!).Should().Be(Log.Next(record), "that is the next of {0}", record["partition"]!);
                Log.Add(record);
                break;
            case ReceivedKind.Position or ReceivedKind.Ping:
                break;
            case ReceivedKind.Refusal when (GatewaysStop || KafkaStops) && (int?)received.Content!["status"] == 503:
                break;
            default:
                throw new InvalidOperationException($"{received.Kind}: {received.Content}");
        }

        _cursor = received.Cursor ?? _cursor;
    }

    private void NextCut() => _bytesToCut = _cuts.TryDequeue(out var bytes) ? bytes : int.MaxValue;
}
