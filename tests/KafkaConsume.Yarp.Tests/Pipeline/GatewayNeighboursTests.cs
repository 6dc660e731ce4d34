using System.Net;
using System.Text.Json.Nodes;
using KafkaConsume.Embedded;
using KafkaConsume.Yarp.Tests.Kafka;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>Kafka routes beside what else gateways have: limits, caches and compression that were made for answers that end.</summary>
public sealed class GatewayNeighboursTests(EmbeddedKafkaFixture embedded)
{
    [Fact]
    public async Task ActivityTimeout_OfTheRoutesCluster_DoesNotEndStreams()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var upstream = await Upstream.StartAsync();
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes = [Route(topic) with { ClusterId = Upstream.ClusterId }],
            Clusters = [upstream.Cluster(activityTimeout: TimeSpan.FromSeconds(1))],
        });

        await ShouldOutliveAsync(gateway, topic);
        var waiting = Page.GetAsync(gateway.Client, "/auto?wait=3");
        (await waiting).Records.Should().BeEmpty("a batch is not cut off either");
    }

    [Fact]
    public async Task RequestTimeout_OfTheRoute_DoesNotEndStreamsAndEndsBatches()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes = [Route(topic) with { Timeout = TimeSpan.FromSeconds(1) }],
            Services = services => services.AddRequestTimeouts(),
            Pipeline = app => app.UseRequestTimeouts(),
        });

        await ShouldOutliveAsync(gateway, topic);
        using var cut = await Problem.AskAsync(gateway, Transport.Get, "/auto?wait=25");
        await Problem.ReadAsync(cut, HttpStatusCode.GatewayTimeout, "timeout");
    }

    [Fact]
    public async Task OutputCache_WithABasePolicy_KeepsNothingAndMakesNobodyWait()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes = [Route(topic)],
            Services = services => services.AddOutputCache(options => options.AddBasePolicy(policy => policy.Cache())),
            Pipeline = app => app.UseOutputCache(),
        });
        await using var first = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");
        await using var second = await SseClient.ConnectAsync(gateway.Client, "/auto?from=earliest");
        await topic.ProduceAsync(0, "one");
        (await first.TakeValuesAsync(1)).Should().Equal("one");
        (await second.TakeValuesAsync(1)).Should().Equal("one");
        (await Page.GetValuesAsync(gateway.Client, "/auto?from=-1", 1)).Should().Equal("one");

        await topic.ProduceAsync(0, "two");

        (await second.TakeValuesAsync(1)).Should().Equal("two");
        (await Page.GetValuesAsync(gateway.Client, "/auto?from=-1", 1)).Should().Equal("two");
    }

    [Fact]
    public async Task ResponseCompression_OfEventStreams_IsLeftOut()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes = [Route(topic)],
            Services = services => services.AddResponseCompression(options =>
                options.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "text/event-stream"]),
            Pipeline = app => app.UseResponseCompression(),
        });
        using var connection = await RawConnection.GetAsync(
            gateway, "/auto", headers: ["Accept: text/event-stream", "Accept-Encoding: gzip, br"]);

        await connection.ReadUntilAsync("\nid: ");
        await topic.ProduceAsync(0, "one");

        await connection.ReadUntilAsync("\"one\"");
        connection.Received.Should().Contain("Content-Encoding: identity");
    }

    [Fact]
    public async Task ClusterOfTheRoute_WhateverTheRequest_NeverSeesIt()
    {
        using var cluster = EmbeddedKafka.Start();
        using var topic = await Topic.CreateAsync(new EmbeddedTestKafka(cluster));
        await topic.ProduceManyAsync(0, 0, 10);
        await using var upstream = await Upstream.StartAsync();
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = cluster.BootstrapServers,
            Routes =
            [
                Route(topic) with { ClusterId = Upstream.ClusterId },
                Gateway.Route("ws", "/ws", topic.Name, ("Mode", "websocket")) with { ClusterId = Upstream.ClusterId },
                Gateway.Route("sse", "/sse", topic.Name, ("Mode", "sse")) with { ClusterId = Upstream.ClusterId },
                Gateway.Route("missing", "/missing", "missing", ("Mode", "auto")) with { ClusterId = Upstream.ClusterId },
                new RouteConfig { RouteId = "proxied", ClusterId = Upstream.ClusterId, Match = new RouteMatch { Path = "/proxied" } },
            ],
            Clusters = [upstream.Cluster()],
            KafkaConsume = options => options.KafkaTimeout = TimeSpan.FromSeconds(1),
        });
        await using (var sse = await SseClient.ConnectAsync(gateway.Client, "/sse?from=earliest"))
        {
            await sse.TakeAsync(3);
        }

        var cursor = (await Page.GetAsync(gateway.Client, "/auto?from=earliest&max=1")).Cursor;
        await new EmbeddedTestKafka(cluster).DeleteRecordsAsync(topic.Name, 0, 5);
        foreach (var (path, accept, status) in new[]
        {
            ("/auto?wait=0", "*/*", 200), ("/auto?wait=0.1", "application/x-ndjson", 200), ("/auto?max=0", "*/*", 400), ("/auto", "text/html", 406),
            ("/auto?cursor=x", "*/*", 400), ($"/auto?cursor={cursor}", "*/*", 410), ("/missing", "*/*", 404), ("/missing", "text/event-stream", 404),
            ("/ws", "*/*", 426), ("/sse", "application/json", 406), ("/sse?from=x", "text/event-stream", 400),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Accept.ParseAdd(accept);
            using var response = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
            ((int)response.StatusCode).Should().Be(status, path);
        }

        using (var response = await gateway.Client.PostAsync("/auto", new StringContent("{}"), TestContext.Current.CancellationToken))
        {
            response.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        }

        // Clients that go while they wait, in each way, and before the answer has begun.
        using (var connection = await RawConnection.GetAsync(gateway, "/auto?wait=20"))
        using (var socket = await WebSocketClient.ConnectAsync(gateway, "/ws"))
        {
            await socket.NextAsync();
        }

        cluster.StopBroker(1);
        using (var refused = await Problem.AskAsync(gateway, Transport.Get, "/missing"))
        {
            refused.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        }

        upstream.Requests.Should().Be(0);
        (await gateway.Client.GetStringAsync("/proxied", TestContext.Current.CancellationToken)).Should().Be("from upstream");
        upstream.Requests.Should().Be(1);
        gateway.Logs.Entries.Should().NotContain(entry => entry.Text.Contains("unhandled", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task FailureWhileAFailureIsAnswered_IsStillAnsweredAndNotForwarded()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var upstream = await Upstream.StartAsync();
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes = [Route(topic) with { ClusterId = Upstream.ClusterId }],
            Clusters = [upstream.Cluster()],
            Services = services => services.AddSingleton<IProblemDetailsService, BrokenProblemDetails>(),
        });

        using var response = await gateway.Client.GetAsync("/auto?max=0", TestContext.Current.CancellationToken);

        response.IsSuccessStatusCode.Should().BeFalse();
        upstream.Requests.Should().Be(0);
    }

    [Fact]
    public async Task ProblemDetails_OfTheApplication_AreUsed()
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        await using var gateway = await Gateway.StartAsync(new GatewayOptions
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes = [Route(topic)],
            Services = services => services.AddProblemDetails(options =>
                options.CustomizeProblemDetails = context => context.ProblemDetails.Extensions["node"] = "a"),
        });

        using var response = await gateway.Client.GetAsync("/auto?max=0", TestContext.Current.CancellationToken);

        var problem = await Problem.ReadAsync(response, HttpStatusCode.BadRequest, "invalid-query");
        ((string?)problem["node"]).Should().Be("a");
        foreach (var transport in Enum.GetValues<Transport>())
        {
            // Whatever the client takes: an answer that says what is wrong is better than none.
            using var refused = await Problem.AskAsync(gateway, transport, "/auto?from=x");
            await Problem.ReadAsync(refused, HttpStatusCode.BadRequest, "invalid-query");
        }
    }

    private static RouteConfig Route(Topic topic) =>
        Gateway.Route("auto", "/auto", topic.Name, ("Mode", "auto"), ("HeartbeatInterval", "00:00:01"));

    /// <summary>Checks that streams live on for some heartbeats, which are a second apart, and then still give records.</summary>
    private static async Task ShouldOutliveAsync(Gateway gateway, Topic topic)
    {
        using var sse = await RawConnection.GetAsync(gateway, "/auto", headers: "Accept: text/event-stream");
        using var socket = await WebSocketClient.ConnectAsync(gateway, "/auto");
        await sse.ReadUntilAsync(received => received.Split("\n:\n\n").Length > 3, "three heartbeats");
        JsonObject? frame = null;
        for (var count = 0; count < 4; count++)
        {
            frame = await socket.NextAsync();
        }

        ((string?)frame!["type"]).Should().Be("heartbeat");
        await topic.ProduceAsync(0, "still here");
        await sse.ReadUntilAsync("still here");
        (await socket.TakeValuesAsync(1)).Should().Equal("still here");
    }

    private sealed class BrokenProblemDetails : IProblemDetailsService
    {
        public ValueTask WriteAsync(ProblemDetailsContext context) => throw new InvalidOperationException("broken");

        public ValueTask<bool> TryWriteAsync(ProblemDetailsContext context) => throw new InvalidOperationException("broken");
    }
}
