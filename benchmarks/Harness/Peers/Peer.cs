namespace Harness.Peers;

/// <summary>A server under test: a fresh process on the server's core.</summary>
internal abstract class Peer(ChildProcess process) : IDisposable
{
    /// <summary>Gets where it listens.</summary>
    public abstract int Port { get; }

    /// <summary>Gets where the producer has to send what the clients are to get.</summary>
    public abstract string Feed { get; }

    /// <summary>Gets a value indicating whether clients have the head of their answer before there are records.</summary>
    public virtual bool AnswersAtOnce => true;

    /// <summary>Gets the bytes that the process has allocated so far; not a number where that is not known.</summary>
    public virtual double Allocated => double.NaN;

    /// <summary>Gets how many methods the process has compiled so far, those that it has compiled again included.</summary>
    public virtual double Compiled => 0;

    public bool HasExited => process.HasExited;

    public TimeSpan Cpu => process.Cpu;

    public long RssKb => process.StatusKb("VmRSS");

    public long AnonymousKb => process.StatusKb("RssAnon");

    /// <summary>Collects all garbage and gets the bytes that live; not a number where that is not known.</summary>
    public virtual double CollectAndGetLive() => double.NaN;

    public static Peer Start(string name, BenchOptions options, string brokers, string topic, int fetchWaitMs) =>
        name == NchanPeer.Name ? NchanPeer.Start(options) : new DotNetPeer(name, options, brokers, topic, fetchWaitMs);

    public virtual void Dispose() => process.Dispose();
}
