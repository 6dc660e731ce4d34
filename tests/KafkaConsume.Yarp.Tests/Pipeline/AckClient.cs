using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Yarp.ReverseProxy.Configuration;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>A client of a group that says what became of its records, over plain HTTP.</summary>
internal sealed class AckClient(Gateway gateway, string? user = null)
{
    public const string Path = "/get";

    /// <summary>A route whose clients acknowledge, in a group of the topic's name.</summary>
    public static RouteConfig Route(Topic topic, params (string, string)[] settings)
    {
        List<(string, string)> all =
        [
            ("AutoOffsetReset", "earliest"), ("CommitStrategy", "client-acks"), ("ConsumerGroup.Mode", "manual"), ("ConsumerGroup.Id", topic.Name),
        ];
        if (!topic.Kafka.IsReal)
        {
            // The in-process cluster lets a group rest for a session timeout when a member has left it.
            all.AddRange([("Config.session.timeout.ms", "2000"), ("Config.heartbeat.interval.ms", "200")]);
        }

        all.RemoveAll(setting => settings.Any(other => other.Item1 == setting.Item1));
        return Gateway.Route("get", Path, topic.Name, [.. all, .. settings]);
    }

    /// <summary>Starts a gateway that believes what requests say about their user.</summary>
    public static Task<Gateway> StartGatewayAsync(Topic topic, params (string, string)[] settings) => StartGatewayAsync(topic, null, settings);

    /// <summary>Starts a gateway that believes what requests say about their user.</summary>
    public static Task<Gateway> StartGatewayAsync(Topic topic, Action<KafkaConsumeOptions>? configure, params (string, string)[] settings) =>
        Gateway.StartAsync(new GatewayOptions
        {
            KafkaConsume = configure ?? (_ => { }),
            BootstrapServers = topic.Kafka.BootstrapServers,
            Routes = [Route(topic, settings)],
            Pipeline = application => application.Use((context, next) =>
            {
                if (context.Request.Headers["X-User"] is [{ } name])
                {
                    context.User = new(new System.Security.Claims.ClaimsIdentity([new("sub", name)], "test"));
                }

                return next(context);
            }),
        });

    /// <summary>Takes a batch.</summary>
    public async Task<LeasedBatch> TakeAsync(int max = 500, double wait = 20, string? ack = null)
    {
        using var response = await AskAsync(max, wait, ack);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.Should().Be(HttpStatusCode.OK, body + gateway.Logs);
        return new LeasedBatch(
            response.Headers.TryGetValues("KafkaConsume-Batch", out var ids) ? ids.Single() : null,
            [.. JsonNode.Parse(body)!.AsArray().Select(record => record!)]);
    }

    /// <summary>Takes one batch of so many records, once there are that many.</summary>
    public async Task<LeasedBatch> TakeExactlyAsync(int count)
    {
        while (true)
        {
            var batch = await TakeAsync(count);
            if (batch.Records.Count == count)
            {
                return batch;
            }

            // At once, or a later batch would come first.
            await PostAsync($$"""{"type":"nack","batch":"{{batch.Id}}","delay":0}""");
        }
    }

    public Task<HttpResponseMessage> AskAsync(int max = 500, double wait = 20, string? ack = null) => SendAsync(new HttpRequestMessage(
        HttpMethod.Get,
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Path}?max={max}&wait={wait}{(ack is null ? "" : $"&ack={ack}")}")));

    public Task<HttpResponseMessage> PostAsync(string json, string contentType = "application/json") => SendAsync(
        new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(json, Encoding.UTF8, contentType) });

    /// <summary>Says something, which has to be done, and gives where the group is then.</summary>
    public async Task<long[]> SayAsync(string json)
    {
        using var response = await PostAsync(json);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.Should().Be(HttpStatusCode.OK, body + gateway.Logs);
        return [.. JsonNode.Parse(body)!["committed"]!.AsArray().Select(offset => (long)offset!["nextOffset"]!)];
    }

    public Task<long[]> AckAsync(LeasedBatch batch) => SayAsync($$"""{"batch":"{{batch.Id}}"}""");

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        if (user is not null)
        {
            request.Headers.Add("X-User", user);
        }

        return gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
