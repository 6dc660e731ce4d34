using KafkaConsume.Yarp.Tests.Delivery;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>Two gateways, clients of every kind, and an in-process cluster that fails: nothing is lost, and no commit is ahead.</summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Clients_GatewaysAndKafkaFailAtTheSameTime_NothingIsLostAndNoCommitIsAhead(int seed)
    {
        var plan = new ChaosPlan
        {
            Seed = seed,
            Records = 20_000 * Effort.Factor,
            Storm = TimeSpan.FromSeconds(4),
            Calm = TimeSpan.FromMinutes(3),
        };
        await using var scene = EmbeddedScene.Start(plan);

        var result = await ChaosRun.RunAsync(scene, plan);

        output.WriteLine($"{result}");
        if (result.Violations.Count > 0)
        {
            output.WriteLine(await ChaosRun.WriteAsync(scene, result));
        }

        string.Join('\n', result.Violations.Take(5)).Should().BeEmpty();
    }
}
