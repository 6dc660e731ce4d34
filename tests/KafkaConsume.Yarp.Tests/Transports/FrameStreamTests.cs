using KafkaConsume.Yarp.Transports;

namespace KafkaConsume.Yarp.Tests.Transports;

public sealed class FrameStreamTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ManualTime _time = new();
    private readonly MemoryStream _wire = new();

    public void Dispose() => _wire.Dispose();

    [Fact]
    public void IsAlive_ClientThatIsSilent_IsPingedOnceAndGivenUpWhenItDoesNotAnswer()
    {
        using var stream = new FrameStream(_wire, _time);
        Look(stream, after: 14).Should().BeTrue();
        _wire.ToArray().Should().BeEmpty();

        Look(stream, after: 2).Should().BeTrue();
        Look(stream, after: 1).Should().BeTrue();
        _wire.ToArray().Should().Equal([0x89, 0x00], "a ping without a payload, unmasked as servers send it");

        Look(stream, after: 7).Should().BeTrue();
        Look(stream, after: 2).Should().BeFalse();
    }

    [Fact]
    public async Task IsAlive_ClientThatAnswers_IsPingedAgainAfterTheNextSilence()
    {
        await using var stream = new FrameStream(_wire, _time);
        Look(stream, after: 16).Should().BeTrue();

        // The framework reads on because it has read a pong.
        _ = await stream.ReadAtLeastAsync(new byte[2], 1, throwOnEndOfStream: false, TestContext.Current.CancellationToken);
        Look(stream, after: 14).Should().BeTrue();
        _wire.Length.Should().Be(2);
        Look(stream, after: 2).Should().BeTrue();

        _wire.Length.Should().Be(4);
    }

    [Fact]
    public void IsAlive_ClientThatIsBeingWrittenTo_IsLeftToTheDeadlineOfTheWrite()
    {
        using var blocked = new BlockedStream();
        using var stream = new FrameStream(blocked, _time);
        var writing = stream.WriteAsync(new byte[1].AsMemory(), TestContext.Current.CancellationToken);

        Look(stream, after: 60).Should().BeTrue();

        blocked.Writes.Should().Be(1);
        writing.IsCompleted.Should().BeFalse();
    }

    private bool Look(FrameStream stream, int after)
    {
        _time.Advance(TimeSpan.FromSeconds(after));
        return stream.IsAlive(_time.GetTimestamp(), Interval, Patience);
    }
}
