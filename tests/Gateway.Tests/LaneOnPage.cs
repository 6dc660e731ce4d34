using System.Globalization;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gateway.Tests;

/// <summary>One lane of the sample's page, as a reader sees it.</summary>
internal sealed class LaneOnPage(IPage page, string id)
{
    private readonly ILocator _lane = page.GetByTestId(id);

    public ILocator State => _lane.GetByTestId("state");

    public ILocator Toggle => _lane.GetByTestId("toggle");

    public ILocator Earliest => _lane.GetByTestId("earliest");

    public ILocator Records => _lane.GetByTestId("records").Locator("tr[data-offset]");

    public ILocator Notes => _lane.GetByTestId("records").Locator("tr.note");

    public ILocator Positions => _lane.GetByTestId("positions").Locator("tr[data-partition]");

    public Task IsLiveAsync() => Expect(State).ToHaveAttributeAsync("data-state", "open", Patient);

    public Task IsDisconnectedAsync() => Expect(State).ToHaveAttributeAsync("data-state", "paused", Patient);

    /// <summary>Waits until the lane shows this many records.</summary>
    public Task ShowsRecordsAsync(int count) => Expect(Records.Nth(count - 1)).ToBeAttachedAsync(new() { Timeout = Patience.Milliseconds });

    /// <summary>Reads how often the lane has connected.</summary>
    public async Task<int> ConnectsAsync() => int.Parse(await _lane.GetByTestId("connects").InnerTextAsync(), CultureInfo.InvariantCulture);

    /// <summary>Waits until the lane has connected more often than it had.</summary>
    public Task HasConnectedSinceAsync(int connects) =>
        page.WaitForFunctionAsync(
            "([id, connects]) => Number(document.querySelector(`#${id} [data-testid=connects]`).textContent) > connects", new object[] { id, connects });

    /// <summary>Reads the last offset of each partition.</summary>
    public async Task<Dictionary<string, long>> OffsetsAsync() =>
        await _lane.EvaluateAsync<Dictionary<string, long>>(
            "lane => Object.fromEntries([...lane.querySelectorAll('[data-testid=positions] tr[data-offset]')].map(row => [row.dataset.partition, Number(row.dataset.offset)]))");

    /// <summary>Waits until the lane has every partition at these offsets or behind them.</summary>
    public Task ReachesAsync(IReadOnlyDictionary<string, long> offsets) =>
        page.WaitForFunctionAsync(
            """
            ([id, offsets]) => Object.entries(offsets).every(([partition, offset]) =>
              Number(document.querySelector(`#${id} [data-testid=positions] tr[data-partition="${partition}"]`)?.dataset.offset ?? -1) >= offset)
            """,
            new object[] { id, offsets });

    /// <summary>Waits until every partition has gone on.</summary>
    public async Task AdvancesAsync() => await AdvancesAsync(await OffsetsAsync(), by: 1);

    /// <summary>Waits until every partition is so many records behind these offsets.</summary>
    public Task AdvancesAsync(IReadOnlyDictionary<string, long> beyond, int by) =>
        ReachesAsync(beyond.ToDictionary(partition => partition.Key, partition => partition.Value + by, StringComparer.Ordinal));

    /// <summary>Checks that no record is missing and none came twice.</summary>
    public async Task IsExactAsync()
    {
        var counts = await _lane.Locator("[data-testid=positions] td[data-count]").EvaluateAllAsync<int[]>("cells => cells.map(cell => Number(cell.dataset.count))");
        counts.Should().NotBeEmpty().And.AllSatisfy(count => count.Should().Be(0));
    }

    private static LocatorAssertionsToHaveAttributeOptions Patient => new() { Timeout = Patience.Milliseconds };
}
