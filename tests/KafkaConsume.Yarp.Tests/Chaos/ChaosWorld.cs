using KafkaConsume.Yarp.Tests.History;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>What everybody in a run of chaos shares.</summary>
internal sealed class ChaosWorld(string topic, string bootstrapServers, TimeSpan ackTimeout)
{
    private int _users;
    private volatile bool _isCalm;
    private volatile bool _isOver;

    public string Topic => topic;

    public string BootstrapServers => bootstrapServers;

    public TimeSpan AckTimeout => ackTimeout;

    public HistoryLog Log { get; } = new(TimeProvider.System);

    public List<ChaosGateway> Gateways { get; } = [];

    /// <summary>Gets or sets a value indicating whether the faults are over and clients do everything right.</summary>
    public bool IsCalm
    {
        get => _isCalm;
        set => _isCalm = value;
    }

    public bool IsOver
    {
        get => _isOver;
        set => _isOver = value;
    }

    public static Task PauseAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System, CancellationToken.None);

    public static Task PauseAsync(int milliseconds) => PauseAsync(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>Gets a name for a user: another one for each who does not know what he has.</summary>
    public string NextUser() => $"user{Interlocked.Increment(ref _users)}";
}
