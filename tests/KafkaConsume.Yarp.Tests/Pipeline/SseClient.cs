using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>A client of server-sent events that reads with the framework's parser and remembers the last id, as browsers do.</summary>
internal sealed class SseClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpResponseMessage _response;
    private readonly SseParser<string> _parser;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private SseClient(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _parser = SseParser.Create(body);
        _events = _parser.EnumerateAsync().GetAsyncEnumerator();
    }

    public string LastEventId => _parser.LastEventId;

    public HttpResponseMessage Response => _response;

    /// <summary>Connects; the answer has to be 200.</summary>
    public static async Task<SseClient> ConnectAsync(HttpClient client, string path, string? lastEventId = null)
    {
        var response = await SendAsync(client, path, lastEventId);
        response.StatusCode.Should().Be(System.Net.HttpStatusCode.OK, await ReadIfFailedAsync(response));
        return new SseClient(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>Asks for a stream, whatever the answer.</summary>
    public static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Patience);
    }

    /// <summary>Reads the next event; null at the end of the stream.</summary>
    public async Task<SseItem<string>?> NextAsync() =>
        await _events.MoveNextAsync().AsTask().WaitAsync(Patience) ? _events.Current : null;

    /// <summary>Reads some events, each of which has to come.</summary>
    public async Task<List<SseItem<string>>> TakeAsync(int count)
    {
        var events = new List<SseItem<string>>(count);
        while (events.Count < count)
        {
            events.Add(await NextAsync() ?? throw new InvalidOperationException($"The stream ended after {events.Count} of {count} events."));
        }

        return events;
    }

    /// <summary>Reads the data of some events as JSON; all have to be records.</summary>
    public async Task<List<JsonNode>> TakeRecordsAsync(int count)
    {
        var events = await TakeAsync(count);
        events.Should().OnlyContain(item => item.EventType == SseParser.EventTypeDefault);
        return [.. events.Select(item => JsonNode.Parse(item.Data)!)];
    }

    /// <summary>Reads the values of some records.</summary>
    public async Task<List<string?>> TakeValuesAsync(int count) =>
        [.. (await TakeRecordsAsync(count)).Select(record => (string?)record["value"])];

    /// <summary>Reads no event, but the id that comes before the first; what is read next has to be read by the task that is given back.</summary>
    public async Task<Task<SseItem<string>?>> AwaitFirstIdAsync()
    {
        var next = NextAsync();
        await Eventually.UntilAsync(() => LastEventId.Length > 0, "an id");
        return next;
    }

    public ValueTask DisposeAsync()
    {
        // The enumerator cannot be disposed while it waits; the response's end is the end of both.
        _response.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<string> ReadIfFailedAsync(HttpResponseMessage response) =>
        response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync();
}
