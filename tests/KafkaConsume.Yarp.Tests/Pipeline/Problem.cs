using System.Net;
using System.Text.Json.Nodes;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>Reads answers that say what is wrong.</summary>
internal static class Problem
{
    private const string TypePrefix = "urn:kafka-consume:problems/";

    /// <summary>Asks for a stream or a batch, in the way of the transport.</summary>
    public static async Task<HttpResponseMessage> AskAsync(Gateway gateway, Transport transport, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (transport == Transport.ServerSentEvents)
        {
            request.Headers.Accept.ParseAdd("text/event-stream");
        }
        else if (transport == Transport.WebSocket)
        {
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.ParseAdd("websocket");
            request.Headers.Add("Sec-WebSocket-Version", "13");
            request.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        }

        return await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken)
            .WaitAsync(Eventually.Patience);
    }

    /// <summary>Reads a problem, which has to be of this status and type, whole, and not to be stored by anybody.</summary>
    public static async Task<JsonObject> ReadAsync(HttpResponseMessage response, HttpStatusCode status, string type)
    {
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.Should().Be(status, body);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        response.Headers.CacheControl!.NoStore.Should().BeTrue();
        var problem = JsonNode.Parse(body)!.AsObject();
        ((string?)problem["type"]).Should().Be(TypePrefix + type);
        ((int?)problem["status"]).Should().Be((int)status);
        ((string?)problem["title"]).Should().NotBeNullOrEmpty();
        return problem;
    }

    /// <summary>Reads a problem from the data of an event or from a frame.</summary>
    public static void Check(JsonNode problem, HttpStatusCode status, string type, string typeName = "type")
    {
        ((string?)problem[typeName]).Should().Be(TypePrefix + type);
        ((int?)problem["status"]).Should().Be((int)status);
    }
}
