using KafkaConsume.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Gateway.Tests;

/// <summary>The gateway goes and comes back while its Kafka stays: what every upgrade of a gateway is.</summary>
[Collection<SampleCollection>]
public sealed class RestartTests(ChromiumFixture chromium)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lanes_GatewayStartedAgain_GoOnWhereTheyStopped(bool killed)
    {
        var page = await chromium.NewPageAsync();
        await using var kafka = EmbeddedKafka.Start(brokers: 1);
        kafka.CreateTopic(OrderProducer.Topic, partitions: 3);
        using var orders = new OrderProducer(kafka.BootstrapServers, TimeProvider.System, NullLogger<OrderProducer>.Instance);
        await orders.StartAsync(TestContext.Current.CancellationToken);

        var first = await GatewayProcess.StartAsync(port: 0, "--ConnectionStrings:kafka", kafka.BootstrapServers);
        await using var _ = first;
        await page.GotoAsync(first.Address.ToString());
        LaneOnPage[] lanes = [.. ((string[])["lane-sse", "lane-ws", "lane-fetch"]).Select(id => new LaneOnPage(page, id))];
        foreach (var lane in lanes)
        {
            await lane.ShowsRecordsAsync(5);
            await Expect(lane.Positions).ToHaveCountAsync(3, new() { Timeout = Patience.Milliseconds });
        }

        if (killed)
        {
            await first.KillAsync();
        }
        else
        {
            (await first.StopAsync()).Should().Be(0);
        }

        foreach (var lane in lanes)
        {
            await Expect(lane.State).Not.ToHaveAttributeAsync("data-state", "open", new() { Timeout = Patience.Milliseconds });
        }

        var stopped = await Task.WhenAll(lanes.Select(lane => lane.OffsetsAsync()));
        await using var second = await GatewayProcess.StartAsync(first.Address.Port, "--ConnectionStrings:kafka", kafka.BootstrapServers);
        foreach (var (lane, offsets) in lanes.Zip(stopped))
        {
            await lane.IsLiveAsync();
            await lane.AdvancesAsync(beyond: offsets, by: 3);
            await lane.IsExactAsync();
        }

        await orders.StopAsync(TestContext.Current.CancellationToken);
        await page.CloseAsync();
    }
}
