using KafkaConsume.Yarp.Tests.Pipeline;

namespace KafkaConsume.Yarp.Tests.Delivery;

/// <summary>The checker finds what it is there to find.</summary>
public sealed class ReadLogTests
{
    private static readonly IReadOnlyList<IReadOnlyList<(long Offset, string? Value)>> Contents =
        [[(0, "a"), (1, "b"), (2, null)], [(7, "c")], []];

    [Theory]
    [InlineData("0:0=a 1:7=c 0:1=b 0:2")]
    [InlineData("1:7=c 0:0=a 0:1=b 0:2")]
    public void ShouldBe_TheTopicInTheOrderOfItsPartitions_IsFine(string history) => Check(history).Should().NotThrow();

    [Theory]
    [InlineData("0:0=a 1:7=c 0:1=b", "the last record is missing")]
    [InlineData("0:0=a 0:2 1:7=c", "a record is missing in between")]
    [InlineData("0:0=a 0:1=b 0:1=b 0:2 1:7=c", "a record came twice")]
    [InlineData("0:0=a 0:1=b 0:1=b 1:7=c", "a record came twice in place of another")]
    [InlineData("0:1=b 0:0=a 0:2 1:7=c", "two records came in the wrong order")]
    [InlineData("0:0=a 0:1=x 0:2 1:7=c", "a value is another")]
    [InlineData("0:0=a 0:1=b 0:2 1:8=c", "an offset is another")]
    [InlineData("0:0=a 0:1=b 0:2 2:7=c", "a record is of another partition")]
    [InlineData("0:0=a 0:1=b 0:2= 1:7=c", "a tombstone is an empty value")]
    [InlineData("0:0=a 0:1=b 0:2 1:7=c 2:0=d", "there is one record too many")]
    public void ShouldBe_AnythingElse_IsFound(string history, string because) => Check(history).Should().Throw<Exception>(because);

    private static Action Check(string history) => () =>
    {
        var log = new ReadLog();
        foreach (var record in history.Split(' '))
        {
            var (place, value) = record.Split('=') is [var left, var right] ? (left, $"\"{right}\"") : (record, "null");
            var numbers = place.Split(':');
            log.Add($$"""{"topic":"t","partition":{{numbers[0]}},"offset":{{numbers[1]}},"value":{{value}}}""");
        }

        log.ShouldBe("t", Contents);
    };
}
