using System.Globalization;

namespace Harness.Kafka;

/// <summary>The harness's end of <see cref="KafkaProcess"/>.</summary>
internal sealed class KafkaControl : IDisposable
{
    private readonly ChildProcess _process;
    private readonly Lock _gate = new();
    private int _topics;

    /// <param name="cores">Where it may run.</param>
    public KafkaControl(string? cores)
    {
        _process = new ChildProcess(cores, "dotnet", "exec", typeof(KafkaControl).Assembly.Location, "kafka");
        Brokers = _process.Receive();
    }

    public string Brokers { get; }

    /// <summary>Makes a topic with one partition.</summary>
    public string CreateTopic()
    {
        var topic = string.Create(CultureInfo.InvariantCulture, $"bench-{++_topics:000}");
        _process.Ask($"topic {topic}");
        return topic;
    }

    /// <summary>Begins to produce at a pace.</summary>
    public void Pace(string topic, int rate, int burst, int count, int valueBytes) => Send($"paced {topic} {rate} {burst} {count} {valueBytes}");

    /// <summary>Begins to produce as far ahead of the clients as the window says, until it is stopped.</summary>
    public void Fill(string topic, int burst, int window, int valueBytes) => Send($"window {topic} {burst} {window} {valueBytes}");

    /// <summary>Tells the producer how many of its records have arrived.</summary>
    public void Acknowledge(long count) => Send(string.Create(CultureInfo.InvariantCulture, $"ack {count}"));

    public void Stop() => Send("stop");

    /// <summary>Waits for the end of producing and returns how many records there were.</summary>
    public long AwaitProduced() => long.Parse(_process.Receive(), CultureInfo.InvariantCulture);

    public void Dispose() => _process.Dispose();

    private void Send(string line)
    {
        lock (_gate)
        {
            _process.Send(line);
        }
    }
}
