using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>Stops the application at its start when a configured connection is wrong, whether a route uses it yet or not.</summary>
internal sealed class ConnectionStartupCheck(IOptionsMonitor<KafkaConnectionOptions> connections, IConfiguration? configuration = null)
    : IHostedLifecycleService
{
    /// <exception cref="OptionsValidationException">A connection is wrong; the message has all errors of all connections.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        List<string> failures = [];
        foreach (var name in ConfigurationSections.ConnectionNames(configuration))
        {
            try
            {
                _ = connections.Get(name);
            }
            catch (OptionsValidationException failure)
            {
                failures.AddRange(failure.Failures);
            }
        }

        return failures.Count == 0
            ? Task.CompletedTask
            : Task.FromException(new OptionsValidationException(ConfigurationSections.Connections, typeof(KafkaConnectionOptions), failures));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
