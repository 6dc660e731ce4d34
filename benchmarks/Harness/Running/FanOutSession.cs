using System.Diagnostics;
using Harness.Kafka;
using Harness.Loading;
using Harness.Peers;

namespace Harness.Running;

/// <summary>One fresh server and its clients, through all cells that have the same clients and records.</summary>
internal sealed class FanOutSession : IDisposable
{
    private const int WarmUpBurst = 1;
    private const int WarmUpWindow = 8;
    private const int OpeningRate = 20;

    private static readonly TimeSpan WarmUpRound = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);

    private readonly KafkaControl _kafka;
    private readonly Peer _peer;
    private readonly Subscribers _clients;
    private readonly int _valueBytes;

    public FanOutSession(string peer, BenchOptions options, KafkaControl kafka, FanOutCell cell, int fetchWaitMs)
    {
        Name = peer;
        _kafka = kafka;
        _valueBytes = cell.ValueBytes;
        _peer = Peer.Start(peer, options, kafka.Brokers, kafka.CreateTopic(), fetchWaitMs);
        _clients = new Subscribers(_peer.Port, "/stream", cell.Kind, cell.ValueBytes, Acknowledge);
        try
        {
            Open(cell.Clients);
            WarmUp.Run(_peer, () => Run(() => kafka.Fill(_peer.Feed, WarmUpBurst, WarmUpWindow, _valueBytes), WarmUpRound));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Name { get; }

    /// <summary>Runs a cell for a while and adds what that took.</summary>
    public void Run(FanOutCell cell, TimeSpan duration, FanOutFigures figures)
    {
        _clients.TakeLatencies(cell.IsPaced ? int.MaxValue : 1);
        var (records, bytes, reads) = (_clients.Records, _clients.Bytes, _clients.Reads);
        var allocated = _peer.Allocated;
        var cpu = _peer.Cpu;
        var started = Stopwatch.GetTimestamp();
        var produced = cell.IsPaced
            ? Run(() => _kafka.Pace(_peer.Feed, cell.Rate, cell.Burst, (int)Math.Ceiling(cell.Rate * duration.TotalSeconds), _valueBytes), null)
            : Run(() => _kafka.Fill(_peer.Feed, cell.Burst, cell.Window, _valueBytes), duration);
        figures.Seconds += Stopwatch.GetElapsedTime(started).TotalSeconds;
        figures.Cpu += _peer.Cpu - cpu;
        figures.Allocated += _peer.Allocated - allocated;
        records = _clients.Records - records;
        figures.Records += records;
        figures.Bytes += _clients.Bytes - bytes;
        figures.Reads += _clients.Reads - reads;
        figures.Produced += produced;
        figures.Lost += (produced * _clients.Count) - records;
        figures.RssMb = _peer.RssKb / 1024.0;
        figures.Add(_clients.TakeLatencies(0));
    }

    public void Dispose()
    {
        _clients.Dispose();
        _peer.Dispose();
    }

    /// <summary>Connects the clients. Where a server answers with the first record only, there are records meanwhile.</summary>
    private void Open(int clients)
    {
        if (_peer.AnswersAtOnce)
        {
            _clients.Connect(clients);
            _clients.Start();
            return;
        }

        _kafka.Pace(_peer.Feed, OpeningRate, 1, int.MaxValue / 2, _valueBytes);
        try
        {
            _clients.Connect(clients);
        }
        finally
        {
            _kafka.Stop();
            _kafka.AwaitProduced();
        }

        _clients.Start();
        for (var seen = -1L; seen != _clients.Records; Thread.Sleep(Quiet))
        {
            seen = _clients.Records;
        }
    }

    private void Acknowledge(long received)
    {
        try
        {
            _kafka.Acknowledge(received);
        }
        catch (InvalidOperationException)
        {
            // The clients' thread is not the one to tell it.
        }
    }

    /// <summary>Has records produced, for a time where they come without end, and waits until all clients have them all.</summary>
    private long Run(Action order, TimeSpan? duration)
    {
        _clients.Mark();
        order();
        if (duration is { } time)
        {
            Thread.Sleep(time);
            _kafka.Stop();
        }

        var produced = _kafka.AwaitProduced();
        var started = Stopwatch.GetTimestamp();
        while (_clients.Fewest < produced && Stopwatch.GetElapsedTime(started) < Patience)
        {
            if (_clients.Broken > 0)
            {
                throw new InvalidOperationException($"the server cut off {_clients.Broken} clients");
            }

            Thread.Sleep(1);
        }

        return produced;
    }
}
