using System.Globalization;

namespace Harness.Peers;

/// <summary>One of the servers, and of the consumers, of the project Peers.</summary>
internal sealed class DotNetPeer : Peer
{
    // It waits for a tenth of a second in which nothing new is called, which on a busy core does not come for long. What it compiles is the same.
    private const string CompilesSoon = "DOTNET_TC_CallCountingDelayMs=0";

    private readonly ChildProcess _process;

    /// <param name="name">Which one.</param>
    /// <param name="options">Where it runs.</param>
    /// <param name="brokers">The cluster.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="fetchWaitMs">How long the cluster may hold an empty fetch.</param>
    /// <param name="isWarmedUp">Whether it is measured when it is warm, and not as it starts.</param>
    public DotNetPeer(string name, BenchOptions options, string brokers, string topic, int fetchWaitMs, bool isWarmedUp = true)
        : this(name, topic, new ChildProcess(
            options.ServerCores,
            [.. isWarmedUp ? ["env", CompilesSoon] : Array.Empty<string>(), "dotnet", "exec", options.PeersAssembly, name, brokers, topic, fetchWaitMs.ToString(CultureInfo.InvariantCulture)]))
    {
    }

    private DotNetPeer(string name, string topic, ChildProcess process)
        : base(process)
    {
        _process = process;
        AnswersAtOnce = name != "by hand";
        Feed = topic;
        try
        {
            Port = int.Parse(process.Receive().Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    public override int Port { get; }

    public override string Feed { get; }

    public override bool AnswersAtOnce { get; }

    public override double Allocated => Ask("stats")[0];

    public override double Compiled => Ask("stats")[2];

    public override double CollectAndGetLive() => Ask("collect")[1];

    /// <summary>Asks something that peers of this kind know.</summary>
    public double[] Ask(string line) => [.. _process.Ask(line).Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
}
