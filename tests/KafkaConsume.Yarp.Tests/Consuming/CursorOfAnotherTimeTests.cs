using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Tests.Consuming;

/// <summary>Cursors that were made when the route or its topics were others.</summary>
public sealed class CursorOfAnotherTimeTests
{
    private static readonly Guid SomeId = new("0d1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7");

    [Fact]
    public void Decode_CursorOfOtherTopics_SaysSo()
    {
        var map = PartitionMapTests.CreateMap(("orders", 2));
        var others = new[]
        {
            PartitionMapTests.CreateMap(("payments", 2)),
            PartitionMapTests.CreateMap(("orders", 2), ("payments", 2)),
        };

        CursorCodec.Decode(others[0], CursorCodec.Encode(map, [1, 2])).Error.Should().Contain("other topics");
        CursorCodec.Decode(others[1], CursorCodec.Encode(map, [1, 2])).Error.Should().Contain("other topics");
        CursorCodec.Decode(map, CursorCodec.Encode(others[1], [1, 2, 3, 4])).IsValid.Should().BeFalse();
    }

    [Fact]
    public void Decode_FewerPartitionsThanExist_NamesTheNewOnes()
    {
        var then = PartitionMapTests.CreateMap(("a", 1), ("b", 2));
        var now = PartitionMapTests.CreateMap(("a", 3), ("b", 2));

        var result = CursorCodec.Decode(now, CursorCodec.Encode(then, [10, 20, 30]));

        result.Positions.Should().Equal(10, -1, -1, 20, 30);
        result.NewPartitions.Should().Equal(1, 2);
    }

    [Fact]
    public void Decode_MorePartitionsThanExist_IsInvalid()
    {
        var result = CursorCodec.Decode(
            PartitionMapTests.CreateMap(("a", 1)),
            CursorCodec.Encode(PartitionMapTests.CreateMap(("a", 2)), [10, 20]));

        result.Error.Should().Contain("do not exist");
    }

    [Fact]
    public void Decode_TopicWithAnotherId_NamesItWhateverItsPartitions()
    {
        var then = new PartitionMap([new("a", SomeId, 3), new("b", SomeId, 1)]);
        var now = new PartitionMap([new("a", Guid.NewGuid(), 2), new("b", SomeId, 1)]);

        var result = CursorCodec.Decode(now, CursorCodec.Encode(then, [1, 2, 3, 4]));

        result.RecreatedTopics.Should().Equal("a");
        result.Positions.Should().Equal(1, 2, 4);
    }

    [Fact]
    public void Decode_TopicWhoseIdIsNotKnownOnOneSide_IsTheSameTopic()
    {
        var known = new PartitionMap([new("a", SomeId, 1)]);
        var unknown = new PartitionMap([new("a", Guid.Empty, 1)]);

        CursorCodec.Decode(known, CursorCodec.Encode(unknown, [1])).RecreatedTopics.Should().BeEmpty();
        CursorCodec.Decode(unknown, CursorCodec.Encode(known, [1])).RecreatedTopics.Should().BeEmpty();
    }
}
