namespace KafkaConsume.Yarp.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void Adds() => (1 + 1).Should().Be(2);

    [Fact]
    public void Skips() => Assert.SkipUnless(1 == 2, "no");
}
