using System.Diagnostics;
using Confluent.Kafka;

namespace KafkaConsume.Embedded.Tests;

public sealed class GroupsTests
{
    private static readonly TopicPartition[] Partitions = [new("topic", 0), new("topic", 1)];

    public static TheoryData<GroupProtocol, PartitionAssignmentStrategy> Protocols => new()
    {
        { GroupProtocol.Classic, PartitionAssignmentStrategy.Range },
        { GroupProtocol.Classic, PartitionAssignmentStrategy.CooperativeSticky },
        { GroupProtocol.Consumer, PartitionAssignmentStrategy.Range },
    };

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Subscribe_FirstMember_JoinsAtOnceAndReads(GroupProtocol protocol, PartitionAssignmentStrategy strategy)
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic", partitions: 2);
        await kafka.ProduceAsync("topic", "a");
        using var consumer = CreateMember(kafka, protocol, strategy);
        var clock = Stopwatch.StartNew();

        consumer.Subscribe("topic");

        consumer.Next().Message.Value.Should().Be("a");
        clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(2.5), "a broker's default delay of 3 seconds is off");
        consumer.Close();
    }

    [Fact]
    public async Task Subscribe_WithInitialRebalanceDelay_WaitsForIt()
    {
        await using var kafka = EmbeddedKafka.Start(new EmbeddedKafkaOptions { GroupInitialRebalanceDelay = TimeSpan.FromSeconds(1) });
        kafka.CreateTopic("topic", partitions: 2);
        await kafka.ProduceAsync("topic", "a");
        using var consumer = CreateMember(kafka, GroupProtocol.Classic, PartitionAssignmentStrategy.Range);
        var clock = Stopwatch.StartNew();

        consumer.Subscribe("topic");

        consumer.Next().Message.Value.Should().Be("a");
        clock.Elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(1));
        consumer.Close();
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Subscribe_SecondMember_SharesAndItsPartitionComesBack(GroupProtocol protocol, PartitionAssignmentStrategy strategy)
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic", partitions: 2);
        using var first = CreateMember(kafka, protocol, strategy);
        using var second = CreateMember(kafka, protocol, strategy);
        first.Subscribe("topic");
        Clients.PumpUntil(() => first.Assignment.Count == 2, first);

        second.Subscribe("topic");
        Clients.PumpUntil(() => first.Assignment.Count == 1 && second.Assignment.Count == 1, first, second);
        first.Assignment.Concat(second.Assignment).Should().BeEquivalentTo(Partitions);

        second.Close();
        Clients.PumpUntil(() => first.Assignment.Count == 2, first);
        first.Close();
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Commit_ByAMember_IsWhereTheNextMemberStarts(GroupProtocol protocol, PartitionAssignmentStrategy strategy)
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic", partitions: 2);
        await kafka.ProduceAsync("topic", "a", "b", "c");
        using (var first = CreateMember(kafka, protocol, strategy))
        {
            first.Subscribe("topic");
            first.Next(2).Should().Equal("a", "b");
            first.Commit([new TopicPartitionOffset("topic", 0, 1)]);
            first.Close();
        }

        using var second = CreateMember(kafka, protocol, strategy);
        second.Subscribe("topic");

        second.Next().Message.Value.Should().Be("b");
        second.Committed(Partitions, Clients.Deadline).Select(offset => offset.Offset).Should().Equal(1, Offset.Unset);
        second.Close();
    }

    [Fact]
    public async Task Session_OfASilentMember_ExpiresAndItsPartitionsMove()
    {
        await using var kafka = EmbeddedKafka.Start(new EmbeddedKafkaOptions { ConsumerGroupSessionTimeout = TimeSpan.FromSeconds(2) });
        kafka.CreateTopic("topic", partitions: 2);
        using var other = CreateMember(kafka, GroupProtocol.Consumer, PartitionAssignmentStrategy.Range);
        using (var silent = CreateMember(kafka, GroupProtocol.Consumer, PartitionAssignmentStrategy.Range))
        {
            silent.Subscribe("topic");
            Clients.PumpUntil(() => silent.Assignment.Count == 2, silent);

            // Disposed without Close: it never says that it leaves.
        }

        other.Subscribe("topic");

        Clients.PumpUntil(() => other.Assignment.Count == 2, other);
        other.Close();
    }

    private static IConsumer<string, string> CreateMember(EmbeddedKafka kafka, GroupProtocol protocol, PartitionAssignmentStrategy strategy)
        => kafka.CreateConsumer(config =>
        {
            config.GroupProtocol = protocol;
            if (protocol == GroupProtocol.Classic)
            {
                config.PartitionAssignmentStrategy = strategy;
                config.SessionTimeoutMs = 2000;
                config.HeartbeatIntervalMs = 100;
            }
        });
}
