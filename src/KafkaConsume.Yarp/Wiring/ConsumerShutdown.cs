using KafkaConsume.Yarp.Leasing;
using Microsoft.Extensions.Hosting;

namespace KafkaConsume.Yarp.Wiring;

/// <summary>
/// Leaves the groups when the gateway stops, before its server does: clients can still say what became of the records that they have.
/// </summary>
internal sealed class ConsumerShutdown(GroupConsumerCatalog groups) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => groups.CloseAsync().WaitAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
