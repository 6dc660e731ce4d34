namespace KafkaConsume.Yarp.Tests.Kafka;

/// <summary>One broker of a <see cref="KafkaCluster"/>, a process of its own.</summary>
public sealed class KafkaBroker : IAsyncDisposable
{
    private readonly KafkaBrokerFiles _files;
    private WatchedProcess? _process;

    internal KafkaBroker(KafkaBrokerFiles files) => _files = files;

    public int NodeId => _files.NodeId;

    public string Address => $"127.0.0.1:{_files.Port}";

    /// <summary>Gets where it listens for clients that reach it by an address of somebody between; 0 if there is nobody.</summary>
    public int ProxiedPort => _files.ProxiedPort;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Gets the last lines that the broker wrote, for messages about failures.</summary>
    public string Output => _process?.Output ?? "";

    /// <summary>Starts the broker with what it had, and returns when it is part of the cluster.</summary>
    public Task StartAsync(CancellationToken cancellationToken = default) => BrokerStart.RunAsync([this], cancellationToken);

    /// <summary>Stops the broker as an operator would.</summary>
    public Task StopAsync() => _process?.TerminateAsync() ?? Task.CompletedTask;

    /// <summary>Kills the broker: nothing is flushed, nobody is told.</summary>
    public Task KillAsync() => IsRunning ? _process!.KillAsync() : Task.CompletedTask;

    /// <summary>Hangs the broker: it keeps its connections and answers nothing.</summary>
    public Task PauseAsync()
    {
        _process?.Pause();
        return Task.CompletedTask;
    }

    public Task ResumeAsync()
    {
        _process?.Resume();
        return Task.CompletedTask;
    }

    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync();
        await StartAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await process.DisposeAsync();
        }
    }

    /// <summary>Starts the process alone.</summary>
    internal async Task LaunchAsync()
    {
        await DisposeAsync();
        _process = _files.Launch();
    }

    /// <summary>Waits for the process to end, as an error.</summary>
    internal async Task FailOnExitAsync(CancellationToken cancellationToken)
    {
        if (_process is { } process)
        {
            await process.WaitForExitAsync(cancellationToken);
            throw new BrokerExitedException(NodeId, process.Output);
        }
    }
}
