using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Tests.Consuming;

public sealed class TopicIdsTests
{
    private static readonly Guid Old = new("11111111-2222-3333-4444-555555555555");
    private static readonly Guid New = new("ffffffff-eeee-dddd-cccc-bbbbbbbbbbbb");

    private readonly TopicIds _ids = new();

    [Fact]
    public void DifferFrom_TopicAsItIs_IsFalseUntilItIsMadeAnew()
    {
        var map = Map(("a", Old), ("b", Old));
        _ids.DifferFrom(map).Should().BeFalse("nothing is known yet");

        _ids.Note(Line("a", Guid.Empty, Old));
        _ids.Note(Line("b", Guid.Empty, Old));
        _ids.DifferFrom(map).Should().BeFalse();

        _ids.Note(Line("b", Old, New));
        _ids.DifferFrom(map).Should().BeTrue();
        _ids.DifferFrom(Map(("a", Old), ("b", New))).Should().BeFalse();
        _ids.DifferFrom(Map(("a", Old))).Should().BeFalse("it is another topic that was made anew");
        _ids.DifferFrom(map).Should().BeTrue("it is still the old one that is asked for");
    }

    [Fact]
    public void DifferFrom_NoIdsTold_IsFalse()
    {
        _ids.Note(Line("a", Old, New));
        _ids.Note(Line("b", Old, Guid.Empty));

        _ids.DifferFrom(Map(("a", Guid.Empty), ("b", Old))).Should().BeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("[thrd:main]: Topic a changed id from ")]
    [InlineData("[thrd:main]: Topic a changed id from AAAAAAAAAAAAAAAAAAAAAA to ")]
    [InlineData("[thrd:main]: Topic a changed id from AAAAAAAAAAAAAAAAAAAAAA to /////w")]
    [InlineData("[thrd:main]: Topic a changed id from AAAAAAAAAAAAAAAAAAAAAA to nothing that is an id at all")]
    [InlineData("a changed id from AAAAAAAAAAAAAAAAAAAAAA to //////////////////////////")]
    [InlineData("[thrd:main]: Topic a [0] Leader 1 Epoch 0")]
    public void Note_AnyOtherLine_IsPassedOver(string line)
    {
        _ids.Note(line);

        _ids.DifferFrom(Map(("a", Old))).Should().BeFalse();
    }

    private static string Line(string topic, Guid from, Guid to) => $"[thrd:main]: Topic {topic} changed id from {Text(from)} to {Text(to)}";

    private static string Text(Guid id) => Convert.ToBase64String(id.ToByteArray(bigEndian: true)).TrimEnd('=');

    private static PartitionMap Map(params (string Name, Guid Id)[] topics) => new([.. topics.Select(topic => new TopicPartitions(topic.Name, topic.Id, 1))]);
}
