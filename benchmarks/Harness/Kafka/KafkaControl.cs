using System.Globalization;

namespace Harness.Kafka;

/// <summary>The harness's end of <see cref="KafkaProcess"/>.</summary>
internal sealed class KafkaControl : IDisposable
{
    private readonly ChildProcess _process;
    private readonly Lock _gate = new();
    private int _topics;

    /// <param name="cores">Where it may run.</param>
    /// <param name="brokers">The cluster; null for an embedded one.</param>
    public KafkaControl(string? cores, string? brokers = null)
    {
        string[] which = brokers is null ? [] : [brokers];
        _process = new ChildProcess(cores, ["dotnet", "exec", typeof(KafkaControl).Assembly.Location, "kafka", .. which]);
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

    public void DeleteTopic(string topic) => _process.Ask($"delete {topic}");

    /// <summary>Begins to produce at a pace.</summary>
    public void Pace(string target, int rate, int burst, int count, int valueBytes) => Send($"paced {target} {rate} {burst} {count} {valueBytes}");

    /// <summary>Begins to produce as far ahead of the clients as the window says, until it is stopped.</summary>
    public void Fill(string target, int burst, int window, int valueBytes) => Send($"window {target} {burst} {window} {valueBytes}");

    /// <summary>Produces in a transaction; the records are seen when it is committed.</summary>
    public void Prepare(string topic, int count, int valueBytes)
    {
        Send($"bulk {topic} {count} {valueBytes}");
        AwaitProduced();
    }

    /// <summary>Ends the transaction.</summary>
    public void Commit() => _process.Ask("commit");

    /// <summary>Tells the producer how many of its records have arrived.</summary>
    public void Acknowledge(long count) => Send(string.Create(CultureInfo.InvariantCulture, $"ack {count}"));

    public void Stop() => Send("stop");

    /// <summary>Waits for the end of producing and returns how many records there were.</summary>
    /// <exception cref="InvalidOperationException">It did not succeed.</exception>
    public long AwaitProduced()
    {
        var answer = _process.Receive();
        return long.TryParse(answer, CultureInfo.InvariantCulture, out var count) ? count : throw new InvalidOperationException($"producing {answer}");
    }

    public void Dispose() => _process.Dispose();

    private void Send(string line)
    {
        lock (_gate)
        {
            _process.Send(line);
        }
    }
}
