using System.Net.Sockets;

namespace Gateway.Tests;

/// <summary>A client that reads an event stream as fast as it comes, and counts a mark in it.</summary>
internal sealed class CountingClient : IAsyncDisposable
{
    /// <summary>Stands in nothing that a gateway writes by itself.</summary>
    public const byte Mark = (byte)'!';

    private readonly Socket _socket;
    private readonly Task _reading;
    private int _count;

    private CountingClient(Socket socket)
    {
        _socket = socket;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Gets how many marks have come.</summary>
    public int Count => Volatile.Read(ref _count);

    public static async Task<CountingClient> StartAsync(Uri gateway) =>
        new(await FickleClient.AskAsync(gateway, "/orders/sse?from=earliest", receiveBuffer: 256 * 1024));

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[128 * 1024];
        while (await _socket.ReceiveAsync(buffer.AsMemory()) is > 0 and var read)
        {
            Interlocked.Add(ref _count, buffer.AsSpan(0, read).Count(Mark));
        }
    }
}
