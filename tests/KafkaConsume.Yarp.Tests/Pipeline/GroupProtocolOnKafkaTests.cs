using System.Net;
using Confluent.Kafka;
using KafkaConsume.Yarp.Tests.Kafka;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>Group protocols and names of members, as real brokers see them.</summary>
public sealed class GroupProtocolOnKafkaTests(RealKafkaFixture real)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Get_TheBrokersHaveClassicGroupsOnly_JoinsWithThat()
    {
        await using var kafka = await KafkaCluster.StartAsync("group.coordinator.rebalance.protocols=classic");
        using var topic = await Topic.CreateAsync(kafka);
        await topic.ProduceManyAsync(0, 0, 5);
        await using var gateway = await Gateway.StartAsync(kafka.BootstrapServers, Route(topic));

        (await new AckClient(gateway).TakeExactlyAsync(5)).Values.Should().HaveCount(5);

        gateway.Logs.ToString().Should().Contain("do not have the group protocol 'consumer'").And.NotContain("Error:");
    }

    [Fact]
    public async Task Get_TheFirstOfANewGroup_WaitsForNoOtherMembersAsTheClassicProtocolDoes()
    {
        // As brokers have it where nobody has set it.
        await using var kafka = await KafkaCluster.StartAsync("group.initial.rebalance.delay.ms=3000");
        var took = new List<TimeSpan>();
        foreach (var protocol in (string[])["auto", "auto", "classic"])
        {
            using var topic = await Topic.CreateAsync(kafka);
            await topic.ProduceManyAsync(0, 0, 1);
            await using var gateway = await Gateway.StartAsync(kafka.BootstrapServers, Route(topic, ("ConsumerGroup.Protocol", protocol)));
            var began = TimeProvider.System.GetTimestamp();
            await new AckClient(gateway).TakeExactlyAsync(1);
            took.Add(TimeProvider.System.GetElapsedTime(began));
            TestContext.Current.TestOutputHelper?.WriteLine($"{protocol}: {took[^1].TotalMilliseconds:0} ms");
        }

        took[2].Should().BeGreaterThan(TimeSpan.FromSeconds(3));
        took[1].Should().BeLessThan(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Get_TheGroupHasAClassicMemberThatMayStay_SharesWithIt()
    {
        var kafka = await real.GetAsync();
        using var topic = await Topic.CreateAsync(kafka, partitions: 2);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var plain = new PlainMember(kafka.BootstrapServers, topic.Name);
        await Eventually.UntilAsync(() => plain.Partitions == 2, "the plain member has joined");
        await using var gateway = await Gateway.StartAsync(kafka.BootstrapServers, Route(topic, ("AutoOffsetReset", "latest")));
        var client = new AckClient(gateway);
        var seen = new List<string>();
        var number = 0;
        await Eventually.UntilAsync(
            async () =>
            {
                await topic.ProduceManyAsync(0, number, 1);
                await topic.ProduceManyAsync(1, number + 1, 1);
                number += 2;
                var batch = await client.TakeAsync(wait: 0.5);
                seen.AddRange(batch.Values);
                if (batch.Records.Count > 0)
                {
                    await client.AckAsync(batch);
                }

                return seen.Count > 3 && plain.Partitions == 1;
            },
            "each has a partition");

        await plain.DisposeAsync();
        gateway.Logs.ToString().Should().NotContain("Error:");
    }

    [Fact]
    public async Task Get_TheGroupHasAClassicMemberThatMayNot_JoinsWithTheClassicProtocol()
    {
        await using var kafka = await KafkaCluster.StartAsync("group.consumer.migration.policy=disabled");
        using var topic = await Topic.CreateAsync(kafka, partitions: 2);
        await using var plain = new PlainMember(kafka.BootstrapServers, topic.Name, PartitionAssignmentStrategy.CooperativeSticky);
        await Eventually.UntilAsync(() => plain.Partitions == 2, "the plain member has joined");
        await using var gateway = await Gateway.StartAsync(kafka.BootstrapServers, Route(topic));
        var client = new AckClient(gateway);

        await Eventually.UntilAsync(
            async () =>
            {
                await topic.ProduceManyAsync(0, 0, 1);
                await topic.ProduceManyAsync(1, 0, 1);
                return (await client.TakeAsync(wait: 0.5)).Records.Count > 0;
            },
            "the gateway has a partition");

        gateway.Logs.Entries.Should().Contain(entry => entry.Level == LogLevel.Warning && entry.Text.Contains("trying the other one"));
    }

    [Fact]
    public async Task Get_TheGroupsMembersAssignInAnotherWay_SaysSoUntilTheyAreGone()
    {
        using var topic = await Topic.CreateAsync(await real.GetAsync());
        var plain = new PlainMember(topic.Kafka.BootstrapServers, topic.Name);
        await Eventually.UntilAsync(() => plain.Partitions == 1, "the plain member has joined");
        await topic.ProduceManyAsync(0, 0, 1);
        await using var gateway = await Gateway.StartAsync(topic.Kafka.BootstrapServers, Route(topic, ("ConsumerGroup.Protocol", "classic")));

        using var refused = await new AckClient(gateway).AskAsync(wait: 20);

        await Problem.ReadAsync(refused, HttpStatusCode.ServiceUnavailable, "kafka-unavailable");
        gateway.Logs.Entries.Count(entry => entry.Level == LogLevel.Error && entry.Text.Contains("let no gateway in")).Should().Be(1);
        await plain.DisposeAsync();
        await Eventually.UntilAsync(
            async () =>
            {
                await topic.ProduceManyAsync(0, 1, 1);
                using var answer = await new AckClient(gateway).AskAsync(wait: 1);
                return answer.StatusCode == HttpStatusCode.OK && (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Length > 2;
            },
            "the gateway has the partition");
    }

    [Theory]
    [InlineData("consumer")]
    [InlineData("classic")]
    public async Task Get_TwoGatewaysOfOneInstanceId_SaySoAndOneGoesOn(string protocol)
    {
        using var topic = await Topic.CreateAsync(await real.GetAsync());
        (string, string)[] settings = [("ConsumerGroup.Protocol", protocol), ("ConsumerGroup.InstanceId", "gateway-1")];
        await topic.ProduceManyAsync(0, 0, 5);
        await using var first = await Gateway.StartAsync(topic.Kafka.BootstrapServers, Route(topic, settings));
        await new AckClient(first).TakeExactlyAsync(5);
        await using var second = await Gateway.StartAsync(topic.Kafka.BootstrapServers, Route(topic, settings));

        using var answer = await new AckClient(second).AskAsync(wait: 5);

        // The newer protocol keeps the second one out, the classic one the first.
        var (loser, winner) = protocol == "consumer" ? (second, first) : (first, second);
        await Eventually.UntilAsync(
            () => loser.Logs.Entries.Any(entry => entry.Level == LogLevel.Error && entry.Text.Contains("another consumer has the name gateway-1-")),
            "the one that is out says why");
        (await Problem.AskAsync(loser, Transport.Get, "/get?wait=1")).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        await topic.ProduceManyAsync(0, 5, 5);
        await Eventually.UntilAsync(async () => (await new AckClient(winner).TakeAsync(wait: 1)).Values.Contains("v9"), "the other one goes on");
        loser.Logs.Entries.Count(entry => entry.Level == LogLevel.Error).Should().BeLessThan(10, "nobody spins");
    }

    [Theory]
    [InlineData("consumer")]
    [InlineData("classic")]
    public async Task Get_AfterARestartWithAnInstanceId_HasItsPartitionsAgain(string protocol)
    {
        using var topic = await Topic.CreateAsync(await real.GetAsync());
        (string, string)[] settings = [("ConsumerGroup.Protocol", protocol), ("ConsumerGroup.InstanceId", "gateway-1")];
        await topic.ProduceManyAsync(0, 0, 5);
        await using (var first = await Gateway.StartAsync(topic.Kafka.BootstrapServers, Route(topic, settings)))
        {
            var client = new AckClient(first);
            await client.AckAsync(await client.TakeExactlyAsync(5));
            await first.StopAsync();
        }

        await topic.ProduceManyAsync(0, 5, 5);
        await using var second = await Gateway.StartAsync(topic.Kafka.BootstrapServers, Route(topic, settings));

        (await new AckClient(second).TakeExactlyAsync(5)).Values.Should().Equal("v5", "v6", "v7", "v8", "v9");
    }

    private static RouteConfig Route(Topic topic, params (string, string)[] settings) => AckClient.Route(topic, settings);

    /// <summary>A classic member as any application has one.</summary>
    private sealed class PlainMember : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;
        private volatile int _partitions;

        public PlainMember(
            string bootstrapServers, string topicAndGroup, PartitionAssignmentStrategy strategy = PartitionAssignmentStrategy.Range) => _running = Task.Factory.StartNew(
            () =>
            {
                using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig
                {
                    BootstrapServers = bootstrapServers,
                    GroupId = topicAndGroup,
                    GroupProtocol = GroupProtocol.Classic,
                    PartitionAssignmentStrategy = strategy,
                }).SetLogHandler((_, _) => { }).Build();
                consumer.Subscribe(topicAndGroup);
                while (!_stop.IsCancellationRequested)
                {
                    consumer.Consume(TimeSpan.FromMilliseconds(50));
                    _partitions = consumer.Assignment.Count;
                }

                consumer.Close();
            },
            TaskCreationOptions.LongRunning);

        public int Partitions => _partitions;

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running.WaitAsync(Patience);
            _stop.Dispose();
        }
    }
}
