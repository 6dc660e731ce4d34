using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Tailing;
using Microsoft.Extensions.Logging.Abstractions;

namespace KafkaConsume.Yarp.Tests.Tailing;

public sealed class CatchUpPoolTests
{
    [Fact]
    public async Task BorrowAsync_AllAreLent_WaitsForOneToComeBack()
    {
        using var pool = CreatePool();
        var first = await pool.BorrowAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        var waiting = pool.BorrowAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken).AsTask();
        waiting.IsCompleted.Should().BeFalse();
        pool.HasWaiters.Should().BeTrue();

        pool.Return(first!);

        (await waiting).Should().BeSameAs(first);
        pool.HasWaiters.Should().BeFalse();
    }

    [Fact]
    public async Task BorrowAsync_NoneComesBackInTime_GivesNone()
    {
        using var pool = CreatePool();
        await pool.BorrowAsync(TimeSpan.FromSeconds(30), CancellationToken.None);

        (await pool.BorrowAsync(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken)).Should().BeNull();
        pool.HasWaiters.Should().BeFalse();
    }

    [Fact]
    public async Task BorrowAsync_ClientGoesWhileItWaits_HoldsNothingBack()
    {
        using var pool = CreatePool();
        var first = await pool.BorrowAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        using var gone = new CancellationTokenSource();
        var waiting = pool.BorrowAsync(TimeSpan.FromSeconds(30), gone.Token).AsTask();

        await gone.CancelAsync();
        await waiting.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();

        pool.Return(first!);
        (await pool.BorrowAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).Should().BeSameAs(first);
    }

    private static CatchUpPool CreatePool() => new(
        new KafkaConnection("kafka", new Dictionary<string, string>(StringComparer.Ordinal), "key"), 1, isPortable: false, TimeProvider.System, NullLoggerFactory.Instance);
}
