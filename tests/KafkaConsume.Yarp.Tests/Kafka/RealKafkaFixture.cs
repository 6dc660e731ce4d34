using KafkaConsume.Yarp.Tests.Kafka;

[assembly: AssemblyFixture(typeof(RealKafkaFixture))]

namespace KafkaConsume.Yarp.Tests.Kafka;

/// <summary>One real cluster for the tests of the whole assembly; started by the first that asks, stopped after the last.</summary>
public sealed class RealKafkaFixture : IAsyncDisposable
{
    private readonly Lazy<Task<ITestKafka>> _cluster = new(StartAsync);

    /// <summary>The shared cluster; skips the test when no real Kafka is configured.</summary>
    public Task<ITestKafka> GetAsync()
    {
        Assert.SkipUnless(RealKafka.IsConfigured, RealKafka.NotConfigured);
        return _cluster.Value;
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } && await _cluster.Value is IAsyncDisposable ours)
        {
            await ours.DisposeAsync();
        }
    }

    private static async Task<ITestKafka> StartAsync() =>
        RealKafka.BootstrapServers is { } servers ? new ExternalKafka(servers) : await KafkaCluster.StartAsync();
}
