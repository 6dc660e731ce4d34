using System.Diagnostics;

namespace KafkaConsume.Yarp.Tests.Kafka;

public sealed class WatchedProcessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private readonly string _folder = Directory.CreateTempSubdirectory("watched-").FullName;

    [Fact]
    public async Task Start_TestHostGoneWithoutAWord_EndsTheProcessAndRemovesItsFolder()
    {
        await using var process = WatchedProcess.Start(_folder, ["sleep", "600"]);

        process.Abandon();

        await process.WaitForExitAsync(Cancelled).WaitAsync(Patience, TimeProvider.System, Cancelled);
        await UntilAsync(() => !Directory.Exists(_folder));
    }

    [Fact]
    public async Task DisposeAsync_RunningProcess_EndsItAndLeavesTheFolder()
    {
        var process = WatchedProcess.Start(_folder, ["sleep", "600"]);
        using var sleep = Process.GetProcessById(process.Id);

        await process.DisposeAsync();

        await sleep.WaitForExitAsync(Cancelled).WaitAsync(Patience, TimeProvider.System, Cancelled);
        Directory.Exists(_folder).Should().BeTrue();
    }

    [Fact]
    public async Task Output_AfterTheProcessEnded_HasItsLastLines()
    {
        await using var process = WatchedProcess.Start(_folder, ["seq", "300"]);

        await process.WaitForExitAsync(Cancelled).WaitAsync(Patience, TimeProvider.System, Cancelled);

        process.Output.Split('\n').Should().Equal(Enumerable.Range(101, 200).Select(number => $"{number}"));
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
        }
    }
}
