using System.Globalization;

namespace Harness.Running;

/// <summary>A server under test: a fresh process on the server's core.</summary>
internal sealed class Peer : IDisposable
{
    private readonly ChildProcess _process;

    public Peer(string name, BenchOptions options, string brokers, string topic, int fetchWaitMs)
    {
        _process = new ChildProcess(
            options.ServerCores, "dotnet", "exec", options.PeersAssembly, name, brokers, topic, fetchWaitMs.ToString(CultureInfo.InvariantCulture));
        var ready = _process.Receive().Split(' ');
        Port = int.Parse(ready[1], CultureInfo.InvariantCulture);
    }

    public int Port { get; }

    public TimeSpan Cpu => _process.Cpu;

    public long RssKb => _process.StatusKb("VmRSS");

    public long AnonymousKb => _process.StatusKb("RssAnon");

    /// <summary>Gets the bytes that the process has allocated so far.</summary>
    public long Allocated => Ask("stats")[0];

    /// <summary>Collects all garbage and gets the bytes that live.</summary>
    public long CollectAndGetLive() => Ask("collect")[1];

    public void Dispose() => _process.Dispose();

    private long[] Ask(string line) => [.. _process.Ask(line).Split(' ').Select(word => long.Parse(word, CultureInfo.InvariantCulture))];
}
