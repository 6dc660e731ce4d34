using KafkaConsume.Yarp.Leasing;
using Microsoft.Extensions.Hosting;

namespace KafkaConsume.Yarp.Wiring;

/// <summary>Commits and leaves the groups when the gateway stops. The server has stopped by then, so every answer is settled.</summary>
internal sealed class ConsumerShutdown(GroupConsumerCatalog groups) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => groups.CloseAsync(TimeSpan.FromSeconds(5));
}
