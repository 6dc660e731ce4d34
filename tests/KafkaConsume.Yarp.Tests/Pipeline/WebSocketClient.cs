using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>A WebSocket client that reads frames as JSON.</summary>
internal sealed class WebSocketClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private byte[] _buffer = new byte[64 * 1024];

    private WebSocketClient(ClientWebSocket socket) => Socket = socket;

    public ClientWebSocket Socket { get; }

    /// <summary>Gets the cursor of the last frame that had one.</summary>
    public string? Cursor { get; private set; }

    public static Task<WebSocketClient> ConnectAsync(Gateway gateway, string path) =>
        ConnectAsync(gateway, path, new ClientWebSocket(), null);

    public static async Task<WebSocketClient> ConnectAsync(Gateway gateway, string path, ClientWebSocket socket, HttpMessageInvoker? invoker)
    {
        var address = new UriBuilder(new Uri(gateway.Address, path)) { Scheme = "ws" }.Uri;
        await socket.ConnectAsync(address, invoker, CancellationToken.None).WaitAsync(Patience);
        return new WebSocketClient(socket);
    }

    /// <summary>Reads the next frame; null when the server has said goodbye.</summary>
    public async Task<JsonObject?> NextAsync()
    {
        var length = 0;
        while (true)
        {
            var received = await Socket.ReceiveAsync(_buffer.AsMemory(length), CancellationToken.None).AsTask().WaitAsync(Patience);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            length += received.Count;
            if (length == _buffer.Length)
            {
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }

            if (received.EndOfMessage)
            {
                var frame = JsonNode.Parse(_buffer.AsSpan(0, length))!.AsObject();
                Cursor = frame["cursor"]?.GetValue<string>() ?? Cursor;
                return frame;
            }
        }
    }

    /// <summary>Reads records, passing over heartbeats.</summary>
    public async Task<List<JsonObject>> TakeRecordsAsync(int count)
    {
        var records = new List<JsonObject>(count);
        while (records.Count < count)
        {
            var frame = await NextAsync() ?? throw new InvalidOperationException($"Closed with {Socket.CloseStatus} after {records.Count} of {count} records.");
            if (frame["type"]!.GetValue<string>() == "record")
            {
                records.Add(frame);
            }
        }

        return records;
    }

    /// <summary>Reads the values of some records.</summary>
    public async Task<List<string?>> TakeValuesAsync(int count) =>
        [.. (await TakeRecordsAsync(count)).Select(record => (string?)record["value"])];

    /// <summary>Reads up to the server's goodbye.</summary>
    public async Task<WebSocketCloseStatus?> ReadToCloseAsync()
    {
        while (await NextAsync() is not null)
        {
            // What came before the goodbye is not looked at.
        }

        return Socket.CloseStatus;
    }

    public Task SendAsync(string text) =>
        Socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    public void Dispose() => Socket.Dispose();
}
