using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gateway.Tests;

[Collection<SampleCollection>]
public sealed class PageTests(ChromiumFixture chromium, EmbeddedGatewayFixture gateway)
{
    private static readonly string[] Lanes = ["lane-sse", "lane-ws", "lane-fetch"];
    private static readonly Regex OrderId = new(@"^o-\d+$", RegexOptions.None, Patience.Duration);
    private static readonly Regex CustomerId = new(@"^c-\d+$", RegexOptions.None, Patience.Duration);

    [Fact]
    public async Task Page_Opened_ShowsOrdersOnEveryLaneAndNoError()
    {
        var page = await chromium.NewPageAsync();
        var complaints = new List<string>();
        page.Console += (_, message) => complaints.AddRange(message.Type is "error" or "warning" ? [message.Text] : []);
        page.PageError += (_, error) => complaints.Add(error);
        page.Response += (_, response) => complaints.AddRange(response.Status >= 400 ? [$"{response.Status} {response.Url}"] : []);

        await page.GotoAsync(gateway.Address.ToString());

        foreach (var lane in Lanes.Select(id => new LaneOnPage(page, id)))
        {
            await lane.IsLiveAsync();
            await lane.ShowsRecordsAsync(8);
            await Expect(lane.Records.First.Locator("td").Nth(1)).ToHaveTextAsync(OrderId);
            await Expect(lane.Records.First.Locator("td").Nth(2)).ToHaveTextAsync(CustomerId);
            await lane.IsExactAsync();
        }

        complaints.Should().BeEmpty();
        await page.CloseAsync();
    }

    [Theory]
    [InlineData("lane-sse", "lane-ws")]
    [InlineData("lane-ws", "lane-fetch")]
    [InlineData("lane-fetch", "lane-sse")]
    public async Task Lane_DisconnectedByItsButton_GoesOnWhereItStopped(string id, string witnessId)
    {
        var page = await chromium.NewPageAsync();
        await page.GotoAsync(gateway.Address.ToString());
        var lane = new LaneOnPage(page, id);
        var witness = new LaneOnPage(page, witnessId);
        await lane.ShowsRecordsAsync(5);
        await Expect(lane.Positions).ToHaveCountAsync(3, new() { Timeout = Patience.Milliseconds });

        await lane.Toggle.ClickAsync();
        await lane.IsDisconnectedAsync();
        var stopped = await lane.OffsetsAsync();
        await witness.AdvancesAsync(beyond: stopped, by: 3);
        (await lane.OffsetsAsync()).Should().Equal(stopped);
        var missed = await witness.OffsetsAsync();

        await lane.Toggle.ClickAsync();
        await lane.IsLiveAsync();
        await lane.ReachesAsync(missed);
        await lane.IsExactAsync();
        await page.CloseAsync();
    }

    [Fact]
    public async Task Lanes_ConnectionsCut_GoOnWhereTheyStopped()
    {
        var page = await chromium.NewPageAsync();
        await using var relay = CuttableRelay.To(gateway.Address);
        await page.GotoAsync(relay.Address.ToString());
        LaneOnPage[] lanes = [.. Lanes.Select(id => new LaneOnPage(page, id))];
        foreach (var lane in lanes)
        {
            await lane.ShowsRecordsAsync(5);
            await Expect(lane.Positions).ToHaveCountAsync(3, new() { Timeout = Patience.Milliseconds });
        }

        await CutAsync();

        // What is in the address by now, a cursor or a start, is older than the position that the browser itself remembers.
        await lanes[0].Toggle.ClickAsync();
        await lanes[0].IsDisconnectedAsync();
        await lanes[0].Toggle.ClickAsync();
        await lanes[1].Earliest.ClickAsync();
        await Task.WhenAll(lanes.Select(lane => lane.IsLiveAsync()));
        await Task.WhenAll(lanes.Select(lane => lane.AdvancesAsync()));

        await CutAsync();
        await page.CloseAsync();

        async Task CutAsync()
        {
            // The browser repeats a cut GET by itself when it may, so only the streams must have noticed.
            LaneOnPage[] streams = lanes[..2];
            var connects = await Task.WhenAll(streams.Select(lane => lane.ConnectsAsync()));
            await relay.CutAsync();
            foreach (var (lane, before) in streams.Zip(connects))
            {
                await lane.HasConnectedSinceAsync(before);
            }

            await Task.WhenAll(lanes.Select(lane => lane.AdvancesAsync()));
            await Task.WhenAll(lanes.Select(lane => lane.IsExactAsync()));
        }
    }

    [Theory]
    [InlineData("lane-sse")]
    [InlineData("lane-ws")]
    [InlineData("lane-fetch")]
    public async Task Lane_FromEarliest_ShowsEveryRecordSinceTheFirst(string id)
    {
        var page = await chromium.NewPageAsync();
        await page.GotoAsync(gateway.Address.ToString());
        var lane = new LaneOnPage(page, id);
        await lane.ShowsRecordsAsync(3);
        await Expect(lane.Positions).ToHaveCountAsync(3, new() { Timeout = Patience.Milliseconds });
        var seen = await lane.OffsetsAsync();

        await lane.Earliest.ClickAsync();
        await lane.ReachesAsync(seen);

        // One look at all of them, for the table goes on counting.
        var rows = await lane.Positions.EvaluateAllAsync<long[][]>(
            "rows => rows.map(row => [Number(row.dataset.offset), Number(row.cells[2].textContent.replace(/,/g, ''))])");
        rows.Should().HaveCount(3).And.AllSatisfy(row => row[1].Should().Be(row[0] + 1));
        await lane.IsExactAsync();
        await page.CloseAsync();
    }

    [Fact]
    public async Task Counters_StreamWithAHoleARepetitionAndAGap_TellThemApart()
    {
        var page = await chromium.NewPageAsync();
        await page.RouteAsync("**/orders/sse", route => route.FulfillAsync(new RouteFulfillOptions
        {
            ContentType = "text/event-stream",
            Body = string.Concat(
                "retry: 600000\n\n",
                Record(10),
                Record(13),
                Record(13),
                "event: gap\ndata: {\"gaps\":[{\"topic\":\"orders\",\"partition\":0,\"requested\":14,\"available\":20}]}\n\n",
                Record(20)),
        }));

        await page.GotoAsync(gateway.Address.ToString());

        var lane = new LaneOnPage(page, "lane-sse");
        await Expect(lane.Positions).ToHaveCountAsync(1, new() { Timeout = Patience.Milliseconds });
        await Expect(lane.Positions.Locator("td")).ToHaveTextAsync(["p0", "20", "4", "2", "1"], new() { Timeout = Patience.Milliseconds });
        await Expect(lane.Notes.Filter(new() { HasText = "no longer keeps 14–19 of partition 0" })).ToHaveCountAsync(1);
        await page.CloseAsync();

        static string Record(int offset) =>
            $$$"""
            id: c{{{offset}}}
            data: {"topic":"orders","partition":0,"offset":{{{offset}}},"timestamp":"2026-11-22T08:00:00.123Z","key":"c-7","value":{"orderId":"o-1","status":"paid","total":12.5}}


            """.ReplaceLineEndings("\n");
    }

    [Fact]
    public async Task OrdinaryRoute_Asked_AnswersFromTheUpstream()
    {
        var page = await chromium.NewPageAsync();
        await page.GotoAsync(gateway.Address.ToString());

        await page.GetByTestId("hello-send").ClickAsync();

        await Expect(page.GetByTestId("hello-answer")).ToContainTextAsync("Hello from behind the gateway.");
        await page.CloseAsync();
    }

    [Fact]
    public async Task Tabs_OnAPhone_ShowOneLaneAtATime()
    {
        var page = await chromium.NewPageAsync(width: 390, height: 844);
        await page.GotoAsync(gateway.Address.ToString());
        await Expect(page.GetByTestId("lane-sse")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("lane-ws")).ToBeHiddenAsync();

        await page.GetByTestId("tab-ws").ClickAsync();

        await Expect(page.GetByTestId("lane-ws")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("lane-sse")).ToBeHiddenAsync();
        (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth")).Should().BeTrue("nothing may be cut off at the side");
        await page.CloseAsync();
    }
}
