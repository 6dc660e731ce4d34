using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Tests.Kafka;
using Yarp.ReverseProxy.Configuration;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>Batches of a route without a group: how much, how long, in which format, and what comes next.</summary>
public abstract class CursorGetScenarios(Func<Task<ITestKafka>> kafka)
{
    [Fact]
    public async Task Get_LinksFollowedToTheEnd_GiveTheWholeTopicExactly()
    {
        using var topic = await Topic.CreateAsync(await kafka(), partitions: 3);
        for (var partition = 0; partition < 3; partition++)
        {
            await topic.ProduceManyAsync(partition, 0, 100, padding: 700);
        }

        // Records of the first pages are not in memory any more, those of the last are.
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes = [Route(topic, ("AutoOffsetReset", "earliest"))],
            KafkaConsume = options => options.Tail.MaxBytes = 64 * 1024,
        });
        var page = await Page.GetAsync(gateway.Client, "/get?max=37&wait=20&extra=a%26b");
        for (var partition = 0; partition < 3; partition++)
        {
            await topic.ProduceManyAsync(partition, 100, 100, padding: 700);
        }

        var log = new ReadLog();
        while (page.Records.Count > 0)
        {
            page.Records.Should().HaveCountLessThanOrEqualTo(37);
            page.Records.ToList().ForEach(record => log.Add(record!));
            page.Next.Should().StartWith("/get?").And.Contain("max=37").And.Contain("extra=a%26b").And.NotContain("from=");
            page = await Page.GetAsync(gateway.Client, page.Next.Replace("wait=20", log.Count < 600 ? "wait=20" : "wait=0", StringComparison.Ordinal));
        }

        log.ShouldBeAllOf(topic.Name, partitions: 3, recordsPerPartition: 200);
    }

    [Fact]
    public async Task Get_NothingToRead_IsAnEmptyArrayAfterTheWait()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await using var gateway = await StartAsync(topic);
        await Page.GetAsync(gateway.Client, "/get?wait=0");

        // Often, because a timer that is a moment early must not turn a short wait into an endless one.
        var pages = await Task.WhenAll(Enumerable.Range(0, 60).Select(async number =>
        {
            var watch = Stopwatch.StartNew();
            var page = await Page.GetAsync(gateway.Client, $"/get?wait=0.{100 + number}");
            return (page, Elapsed: watch.Elapsed, Wait: TimeSpan.FromMilliseconds(100 + number));
        }));

        pages.Should().OnlyContain(answer => answer.page.Records.Count == 0);
        pages.Should().OnlyContain(answer => answer.Elapsed > answer.Wait - TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public async Task Get_Headers_AreThoseOfTheProtocol()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await using var gateway = await StartAsync(topic);

        var page = await Page.GetAsync(gateway.Client, "/get?wait=0");

        page.Response.Content.Headers.ContentType!.ToString().Should().Be("application/json");
        page.Response.Content.Headers.ContentLength.Should().Be(2);
        page.Response.Headers.CacheControl!.ToString().Should().Be("no-store");
        page.Response.Headers.Vary.Should().Equal("Accept");
        page.Response.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
        page.Response.Headers.Contains("Preference-Applied").Should().BeFalse();
        page.Next.Should().Be($"/get?wait=0&cursor={page.Cursor}");
    }

    [Fact]
    public async Task Get_Max_LimitsRecordsWithinTheRoutesOwnLimit()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await using var gateway = await StartAsync(topic, ("BatchMaxRecords", "10"));
        var start = await Page.GetAsync(gateway.Client, "/get?wait=0");
        await topic.ProduceManyAsync(0, 0, 20);
        await EventuallyHeldAsync(gateway, start, 10);

        (await Page.GetAsync(gateway.Client, $"/get?cursor={start.Cursor}")).Records.Should().HaveCount(10);
        (await Page.GetAsync(gateway.Client, $"/get?cursor={start.Cursor}&max=1000000000000")).Records.Should().HaveCount(10);
        var page = await Page.GetAsync(gateway.Client, $"/get?cursor={start.Cursor}&max=3");
        page.Values.Should().Equal("v0", "v1", "v2");
        (await Page.GetAsync(gateway.Client, page.Next)).Values.Should().Equal("v3", "v4", "v5");
    }

    [Fact]
    public async Task Get_MaxBytes_LimitsTheBodyButGivesOneRecordAtLeast()
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await using var gateway = await StartAsync(topic);
        var start = await Page.GetAsync(gateway.Client, "/get?wait=0");
        await topic.ProduceManyAsync(0, 0, 10, padding: 1000);
        await EventuallyHeldAsync(gateway, start, 10);

        // From Kafka, where a page may be shorter, and from memory.
        foreach (var (first, least) in new[] { ("/get?from=earliest&maxBytes=4000", 1), ($"/get?cursor={start.Cursor}&maxBytes=4000", 3) })
        {
            var values = new List<string?>();
            for (var next = first; values.Count < 10;)
            {
                var page = await Page.GetAsync(gateway.Client, next);
                page.Records.Count.Should().BeInRange(Math.Min(least, 10 - values.Count), 3);
                page.Response.Content.Headers.ContentLength.Should().BeLessThanOrEqualTo(4000);
                values.AddRange(page.Values);
                next = page.Next;
            }

            values.Select(value => value!.TrimStart('.')).Should().Equal(Enumerable.Range(0, 10).Select(number => $"v{number}"));
        }

        (await Page.GetAsync(gateway.Client, "/get?from=earliest&maxBytes=1")).Records.Should().HaveCount(1);
        (await Page.GetAsync(gateway.Client, $"/get?cursor={start.Cursor}&maxBytes=1")).Records.Should().HaveCount(1);
    }

    [Theory]
    [InlineData("wait=1", "wait=1")]
    [InlineData("respond-async, wait=\"1\";x=y", "wait=1")]
    [InlineData("WAIT = 100", "wait=2")]
    [InlineData("wait=0", "wait=0")]
    public async Task Get_PreferWait_IsAppliedAndAnswered(string preference, string applied)
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await using var gateway = await StartAsync(topic, ("MaxWait", "00:00:02"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/get");
        request.Headers.TryAddWithoutValidation("Prefer", preference);

        using var response = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Headers.GetValues("Preference-Applied").Should().Equal(applied);
    }

    [Theory]
    [InlineData("/get", "wait=soon")]
    [InlineData("/get", "wait=-1")]
    [InlineData("/get", "handling=lenient")]
    [InlineData("/get?wait=0", "wait=1")]
    public async Task Get_PreferThatSaysNothing_IsNotAnswered(string path, string preference)
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await using var gateway = await StartAsync(topic, ("MaxWait", "00:00:00.1"));
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Prefer", preference);

        using var response = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Headers.Contains("Preference-Applied").Should().BeFalse();
    }

    [Theory]
    [InlineData("application/x-ndjson", "application/x-ndjson")]
    [InlineData("application/jsonl", "application/jsonl")]
    [InlineData("application/json;q=0.5, application/x-ndjson", "application/x-ndjson")]
    public async Task Get_LinesAskedFor_GivesARecordALine(string accept, string contentType)
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await using var gateway = await StartAsync(topic);
        var start = await Page.GetAsync(gateway.Client, "/get?wait=0");
        await topic.ProduceAsync(0, "one", "line\nbreak");
        await EventuallyHeldAsync(gateway, start, 2);
        using var response = await AcceptAsync(gateway, $"/get?cursor={start.Cursor}", accept);

        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        response.Content.Headers.ContentType!.MediaType.Should().Be(contentType);
        body.Should().EndWith("\n");
        body.TrimEnd('\n').Split('\n').Select(line => (string?)JsonNode.Parse(line)!["value"]).Should().Equal("one", "line\nbreak");
        using var empty = await AcceptAsync(gateway, "/get?wait=0", accept);
        (await empty.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().BeEmpty();
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("*/*")]
    [InlineData("application/*;q=0.1")]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8")]
    [InlineData("application/json, application/x-ndjson;q=0.5")]
    public async Task Get_AcceptThatAnArrayFits_GivesAnArray(string accept)
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await using var gateway = await StartAsync(topic);
        using var response = await AcceptAsync(gateway, "/get?wait=0", accept);

        response.Content.Headers.ContentType!.MediaType.Should().Be("application/json");
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Be("[]");
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/json;q=0")]
    [InlineData("application/xml, text/*")]
    public async Task Get_AcceptThatNothingFits_Is406(string accept)
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await using var gateway = await StartAsync(topic);
        using var response = await AcceptAsync(gateway, "/get?wait=0", accept);

        await Problem.ReadAsync(response, HttpStatusCode.NotAcceptable, "not-acceptable");
    }

    [Theory]
    [InlineData("max=0")]
    [InlineData("max=-1")]
    [InlineData("max=abc")]
    [InlineData("max=")]
    [InlineData("max=1.5")]
    [InlineData("max=99999999999999999999")]
    [InlineData("max=1&max=2")]
    [InlineData("maxBytes=0")]
    [InlineData("maxBytes=1k")]
    [InlineData("wait=-1")]
    [InlineData("wait=soon")]
    [InlineData("wait=1&wait=1")]
    public async Task Get_QueryThatCannotBe_IsRefused(string query)
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await using var gateway = await StartAsync(topic);
        using var response = await gateway.Client.GetAsync("/get?" + query, TestContext.Current.CancellationToken);

        await Problem.ReadAsync(response, HttpStatusCode.BadRequest, "invalid-query");
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("HEAD")]
    public async Task OtherMethods_Are405WithAllow(string method)
    {
        using var topic = await Topic.CreateAsync(await kafka());
        await using var gateway = await StartAsync(topic);
        using var request = new HttpRequestMessage(new HttpMethod(method), "/get");
        using var response = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);

        response.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        response.Content.Headers.Allow.Should().Equal("GET");
    }

    /// <summary>Waits until the gateway has so many records in memory, so that one page holds them.</summary>
    private static Task EventuallyHeldAsync(Gateway gateway, Page start, int count) => Eventually.UntilAsync(
        async () => (await Page.GetAsync(gateway.Client, $"/get?cursor={start.Cursor}")).Records.Count == count, $"{count} records");

    private static async Task<HttpResponseMessage> AcceptAsync(Gateway gateway, string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static RouteConfig Route(Topic topic, params (string, string)[] settings) =>
        Gateway.Route("get", "/get", topic.Name, [("Mode", "http-get"), ("ConsumerGroup.Mode", "none"), .. settings]);

    private static Task<Gateway> StartAsync(Topic topic, params (string, string)[] settings) =>
        Gateway.StartAsync(topic.Kafka.BootstrapServers, Route(topic, settings));
}

public sealed class CursorGetOnEmbeddedTests(EmbeddedKafkaFixture embedded) : CursorGetScenarios(() => Task.FromResult(embedded.Kafka));

public sealed class CursorGetOnKafkaTests(RealKafkaFixture kafka) : CursorGetScenarios(kafka.GetAsync);
