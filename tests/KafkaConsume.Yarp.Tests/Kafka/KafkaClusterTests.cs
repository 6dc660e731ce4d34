using System.Net;
using System.Net.Sockets;

namespace KafkaConsume.Yarp.Tests.Kafka;

public sealed class KafkaClusterTests
{
    private const string Topic = "outage";

    [Fact]
    public async Task Faults_OfASingleBroker_LoseNothingThatWasAcknowledged()
    {
        await using var kafka = await KafkaCluster.StartAsync();
        await kafka.CreateTopicAsync(Topic);
        var broker = kafka.Brokers[0];

        await TopicTraffic.ProduceAsync(kafka.BootstrapServers, Topic, "before");
        await broker.KillAsync();
        broker.IsRunning.Should().BeFalse();
        await broker.RestartAsync(TestContext.Current.CancellationToken);
        await TopicTraffic.ProduceAsync(kafka.BootstrapServers, Topic, "killed");

        await broker.PauseAsync();
        var paused = TopicTraffic.ProduceAsync(kafka.BootstrapServers, Topic, "paused");
        await paused.Awaiting(produced => produced.WaitAsync(TimeSpan.FromSeconds(1), TimeProvider.System))
            .Should().ThrowAsync<TimeoutException>("a broker that hangs acknowledges nothing");
        await broker.ResumeAsync();
        await paused;

        await kafka.StopAsync();
        broker.IsRunning.Should().BeFalse();
        await kafka.StartAsync();
        await TopicTraffic.ProduceAsync(kafka.BootstrapServers, Topic, "stopped");

        (await TopicTraffic.ConsumeAsync(kafka.BootstrapServers, Topic, 4)).Should().Equal("before", "killed", "paused", "stopped");
    }

    [Fact]
    public async Task KillAsync_OneOfThreeBrokers_TheOthersGoOn()
    {
        await using var kafka = await KafkaCluster.StartAsync(brokers: 3);
        await kafka.CreateTopicAsync(Topic, partitions: 3);
        await TopicTraffic.ProduceAsync(kafka.BootstrapServers, Topic, "a", "b", "c");

        await kafka.Brokers[1].KillAsync();

        await TopicTraffic.ProduceAsync(kafka.BootstrapServers, Topic, "d", "e", "f");
        (await TopicTraffic.ConsumeAsync(kafka.BootstrapServers, Topic, 6)).Should().BeEquivalentTo("a", "b", "c", "d", "e", "f");
    }

    [Fact]
    public async Task StartAsync_PortThatSomebodyTook_TakesAnother()
    {
        using var somebody = new TcpListener(IPAddress.Loopback, FreePorts.Next());
        somebody.Start();
        var taken = ((IPEndPoint)somebody.LocalEndpoint).Port;
        var ports = new Queue<int>([FreePorts.Next(), taken]);

        await using var kafka = await KafkaCluster.StartAsync(1, () => ports.TryDequeue(out var port) ? port : FreePorts.Next());

        kafka.BootstrapServers.Should().NotBe($"127.0.0.1:{taken}");
    }
}
