using System.Net.WebSockets;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>A client on a WebSocket that acknowledges each record, many at once, through an offset, late, twice and what it was never given; and refuses, extends, stalls and goes.</summary>
internal sealed class SocketChaosClient(ChaosWorld world, int seed) : IChaosClient
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    private readonly Random _random = new(seed);
    private readonly List<RecordId> _hand = [];
    private readonly Dictionary<int, bool> _isWhole = [];
    private ChaosSocket? _socket;
    private int _lot;

    public async Task RunAsync()
    {
        while (!world.IsOver)
        {
            if (world.Gateways[_random.Next(world.Gateways.Count)].Place is not { } place)
            {
                await ChaosWorld.PauseAsync(10);
                continue;
            }

            var socket = _socket = new ChaosSocket(world);
            try
            {
                await socket.ConnectAsync(place.Name, place.Address);
                await WorkAsync(socket);
            }
            catch (Exception failure) when (failure is WebSocketException or IOException or OperationCanceledException or InvalidOperationException)
            {
                // Another connection is another client.
            }

            socket.Dispose();
            await ChaosWorld.PauseAsync(20);
        }
    }

    public void Dispose() => _socket?.Dispose();

    private async Task WorkAsync(ChaosSocket socket)
    {
        _hand.Clear();
        _isWhole.Clear();
        _lot = NextLot();
        while (!world.IsOver)
        {
            if (world.NeedsPermits && socket.Permits < 20)
            {
                await socket.PermitAsync(_random.Next(1, 60));
            }

            if (await socket.NextAsync(Pause) is not { } frame)
            {
                await SpeakAsync(socket);
                continue;
            }

            switch ((string?)frame["type"])
            {
                case "record":
                    Take(socket.Receive(frame));
                    break;
                case "acked":
                    socket.Answer(frame);
                    break;
                case "error":
                    socket.Refuse(frame);
                    break;
                case "end":
                    return;
            }

            if (_hand.Count >= _lot && !await SpeakAsync(socket))
            {
                return;
            }
        }
    }

    private int NextLot() => _random.Next(3) switch
    {
        0 => 1,
        1 => _random.Next(2, 20),
        _ => _random.Next(20, 60),
    };

    private void Take(RecordId record)
    {
        _hand.Add(record);
        _isWhole.TryAdd(record.Partition.Partition.Value, true);
    }

    /// <returns>False if the client goes.</returns>
    private async Task<bool> SpeakAsync(ChaosSocket socket)
    {
        _lot = NextLot();
        if (_hand.Count == 0)
        {
            return true;
        }

        // One that came twice is named once: what is said of it a second time in a message would be refused.
        RecordId[] all = [.. _hand.Distinct()];
        _hand.Clear();
        if (all.Any(world.IsPoison))
        {
            await RefuseAsync(socket, all, [.. all.Where(world.IsPoison)], delay: null);
            return true;
        }

        switch (world.IsCalm ? 0 : _random.Next(1_000))
        {
            case < 500:
                await socket.SayAsync(AckKind.Ack, all);
                return true;
            case < 780:
                return await SpeakOfEachPartitionAsync(socket, all);
            case < 870:
                RecordId[] shuffled = [.. all.OrderBy(_ => _random.Next())];
                foreach (var piece in shuffled.Chunk(1 + (shuffled.Length / 3)))
                {
                    await socket.SayAsync(AckKind.Ack, piece);
                }

                return true;
            case < 910:
                await RefuseAsync(socket, all, [.. all.Where(_ => _random.Next(4) == 0)], _random.Next(3) switch { 0 => null, 1 => 0, _ => _random.NextDouble() });
                return true;
            case < 930:
                await socket.SayAsync(AckKind.Extend, all);
                await ChaosWorld.PauseAsync(world.AckTimeout * 0.6);
                await socket.SayAsync(AckKind.Extend, all);
                await ChaosWorld.PauseAsync(world.AckTimeout * 0.6);
                await socket.SayAsync(AckKind.Ack, all);
                Break(all);
                return true;
            case < 940:
                await ChaosWorld.PauseAsync(world.AckTimeout + TimeSpan.FromMilliseconds(_random.Next(300)));
                Break(all);
                await socket.SayAsync(AckKind.Ack, all);
                return true;
            case < 945:
                Break(all);
                return true;
            case < 970:
                await socket.SayAsync(AckKind.Ack, all);
                await socket.SayAsync(AckKind.Ack, all);
                return true;
            case < 990:
                await socket.SayAsync(AckKind.Ack, all);
                await socket.SayAsync(AckKind.Ack, [new RecordId(all[^1].Partition, all[^1].Offset + _random.Next(1, 100_000))]);
                return true;
            case < 995:
                await socket.SayAsync(AckKind.Ack, all);
                await socket.CloseAsync();
                return false;
            default:
                return false;
        }
    }

    private async Task RefuseAsync(ChaosSocket socket, RecordId[] all, RecordId[] refused, double? delay)
    {
        Break(refused);
        await socket.SayAsync(AckKind.Nack, refused, delay);
        await socket.SayAsync(AckKind.Ack, [.. all.Except(refused)]);
    }

    /// <summary>Says "through" where nothing of the partition can be on its way again, so that it is known what that means.</summary>
    private async Task<bool> SpeakOfEachPartitionAsync(ChaosSocket socket, RecordId[] all)
    {
        foreach (var records in all.GroupBy(record => record.Partition))
        {
            if (world.IsByPartition && _isWhole[records.Key.Partition.Value])
            {
                await socket.SayThroughAsync([.. records]);
            }
            else
            {
                await socket.SayAsync(AckKind.Ack, [.. records]);
            }
        }

        return true;
    }

    private void Break(IEnumerable<RecordId> records)
    {
        foreach (var record in records)
        {
            _isWhole[record.Partition.Partition.Value] = false;
        }
    }
}
