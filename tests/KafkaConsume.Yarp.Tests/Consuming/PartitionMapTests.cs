using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Tests.Consuming;

public sealed class PartitionMapTests
{
    [Fact]
    public void IndexOf_EveryPartitionOfSeveralTopics_IsUndoneByTheIndexer()
    {
        var map = CreateMap(("a", 3), ("b", 0), ("c", 2));

        map.Count.Should().Be(5);
        for (var i = 0; i < map.Count; i++)
        {
            var (topic, partition) = map[i];
            map.IndexOf(topic, partition).Should().Be(i);
        }

        map.IndexOf(new string(['c']), 1).Should().Be(4, "topics are equal by name, not by reference");
        (map.TopicOf(3), map.PartitionOf(3)).Should().Be(("c", 0));
    }

    [Theory]
    [InlineData("a", 3)]
    [InlineData("a", -1)]
    [InlineData("a", int.MinValue)]
    [InlineData("b", 0)]
    [InlineData("A", 0)]
    [InlineData("", 0)]
    public void IndexOf_UnknownPartition_IsMinusOne(string topic, int partition)
    {
        CreateMap(("a", 3)).IndexOf(topic, partition).Should().Be(-1);
        CreateMap(("a", 3), ("c", 1)).IndexOf(topic, partition).Should().Be(-1);
    }

    [Fact]
    public void Constructor_TopicsOutOfOrderOrRepeatedOrNegativeOrNone_Throws()
    {
        var attempts = new Action[]
        {
            () => CreateMap(("b", 1), ("a", 1)),
            () => CreateMap(("a", 1), ("a", 1)),
            () => CreateMap(("a", 1), ("B", 1)),
            () => CreateMap(("a", -1)),
            () => CreateMap(),
        };

        attempts.Should().AllSatisfy(attempt => attempt.Should().Throw<ArgumentException>());
    }

    internal static PartitionMap CreateMap(params (string Name, int Partitions)[] topics) =>
        new([.. topics.Select(topic => new TopicPartitions(topic.Name, Guid.Empty, topic.Partitions))]);
}
