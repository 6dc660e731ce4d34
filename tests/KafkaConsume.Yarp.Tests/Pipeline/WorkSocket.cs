using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>A client of a group on a WebSocket, of the routes of <see cref="AckClient"/>.</summary>
internal sealed class WorkSocket : IDisposable
{
    private readonly WebSocketClient _client;
    private Task<JsonObject?>? _reading;
    private volatile bool _isCut;

    private WorkSocket(WebSocketClient client, JsonObject hello)
    {
        _client = client;
        Hello = hello;
    }

    public JsonObject Hello { get; }

    public WebSocketClient Client => _client;

    /// <summary>Connects and reads the greeting.</summary>
    public static async Task<WorkSocket> ConnectAsync(Gateway gateway, string? user = null)
    {
        var socket = new ClientWebSocket();
        if (user is not null)
        {
            socket.Options.SetRequestHeader("X-User", user);
        }

        var client = await WebSocketClient.ConnectAsync(gateway, AckClient.Path, socket, null);
        var hello = (await client.NextAsync())!;
        ((string?)hello["type"]).Should().Be("hello");
        return new WorkSocket(client, hello);
    }

    /// <summary>Names records as the protocol does.</summary>
    public static string Records(params IEnumerable<JsonNode> records) => "\"records\":[" + string.Join(',', records.Select(record =>
        $$"""{"topic":"{{record["topic"]}}","partition":{{record["partition"]}},"offset":{{record["offset"]}}}""")) + "]";

    /// <summary>Reads the next frame that is no heartbeat; null at the end, be it the client's own. One that is waited for already is the next.</summary>
    public async Task<JsonObject?> NextAsync()
    {
        var frame = await (_reading ??= ReadAsync());
        _reading = null;
        return frame;
    }

    /// <summary>Waits for the next frame, or for some time.</summary>
    public Task WaitAsync(TimeSpan time) => Task.WhenAny(_reading ??= ReadAsync(), Task.Delay(time, TimeProvider.System));

    /// <summary>Gets a value indicating whether a frame has come since <see cref="WaitAsync"/> was called.</summary>
    public bool HasNext => _reading is { IsCompleted: true };

    /// <summary>Reads records, each of which has to come.</summary>
    public async Task<List<JsonObject>> TakeAsync(int count)
    {
        var records = new List<JsonObject>(count);
        while (records.Count < count)
        {
            var frame = await NextAsync() ?? throw new InvalidOperationException($"Closed with {_client.Socket.CloseStatus} after {records.Count} of {count} records.");
            ((string?)frame["type"]).Should().Be("record", frame.ToJsonString());
            records.Add(frame);
        }

        return records;
    }

    public Task SayAsync(string json) => _client.SendAsync(json);

    public Task AckAsync(params IEnumerable<JsonNode> records) => SayAsync($$"""{"type":"ack",{{Records(records)}}}""");

    /// <summary>Acknowledges a record, unless the client has been cut off.</summary>
    public async Task TryAckAsync(JsonNode record)
    {
        try
        {
            await AckAsync(record);
        }
        catch (Exception) when (_isCut)
        {
            // The record comes again.
        }
    }

    /// <summary>Reads an error, which has to be of this type, and gives the offsets of the records that it names.</summary>
    public async Task<long[]> ReadErrorAsync(System.Net.HttpStatusCode status, string type)
    {
        var frame = (await NextAsync())!;
        Problem.Check(frame, status, type, "problem");
        return [.. (frame["records"]?.AsArray() ?? []).Select(record => (long)record!["offset"]!)];
    }

    /// <summary>Goes without a goodbye.</summary>
    public void Cut()
    {
        _isCut = true;
        _client.Socket.Abort();
    }

    public void Dispose()
    {
        _isCut = true;
        _client.Dispose();
    }

    private async Task<JsonObject?> ReadAsync()
    {
        while (true)
        {
            try
            {
                var frame = await _client.NextAsync();
                if ((string?)frame?["type"] != "heartbeat")
                {
                    return frame;
                }
            }
            catch (Exception) when (_isCut)
            {
                return null;
            }
        }
    }
}
