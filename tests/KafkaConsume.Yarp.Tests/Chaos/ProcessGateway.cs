using KafkaConsume.Yarp.Tests.History;
using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>A gateway in a process of its own, behind a network that has faults.</summary>
internal sealed class ProcessGateway(ChaosWorld world, string name, ChaosGatewayOptions options, Func<ConnectionFaults> faults) : ChaosGateway
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private WatchedProcess? _process;
    private NoteReader? _notes;
    private FaultProxy? _network;
    private int _lives;
    private (string, Uri)? _place;
    private string _output = "";

    public override (string Name, Uri Address)? Place => _place;

    public bool IsRunning => _process is not null;

    /// <summary>Gets the network before it.</summary>
    public FaultProxy? Network => _network;

    public override async Task StartAsync()
    {
        var life = $"{name}.{++_lives}";
        _notes = new NoteReader(world.Log);
        _process = WatchedProcess.Start(Path.Combine(Path.GetTempPath(), "kafka-consume-no-folder"), GatewayProgram.CommandLine(options, life, _notes.Port));
        var started = await Task.WhenAny(_notes.Address, _process.WaitForExitAsync(CancellationToken.None)).WaitAsync(StartPatience, TimeProvider.System);
        if (started != _notes.Address)
        {
            throw new InvalidOperationException($"The gateway ended before it listened:\n{_process.Output}");
        }

        var address = await _notes.Address;
        _network = FaultProxy.Start(address.Port, faults);
        _place = (life, new UriBuilder(address) { Port = _network.Port }.Uri);
    }

    /// <summary>Ends it as an operator would.</summary>
    public override Task StopAsync() => EndAsync("is stopped", process => process.TerminateAsync());

    public Task KillAsync() => EndAsync("is killed", process => process.KillAsync());

    /// <summary>Hangs it: it keeps its connections, and does nothing.</summary>
    public void Pause() => _process?.Pause();

    public void Resume() => _process?.Resume();

    public override string ToString() => $"{name}: {_process?.Output ?? _output}";

    public override async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }
    }

    private async Task EndAsync(string how, Func<WatchedProcess, Task> end)
    {
        if (_process is not { } process)
        {
            return;
        }

        world.Log.Add(new HistoryEvent.Fault($"{_place} {how}"));
        _place = null;
        await end(process);
        await _notes!.DisposeAsync();
        await _network!.DisposeAsync();
        _output = process.Output;
        _process = null;
        await process.DisposeAsync();
    }
}
