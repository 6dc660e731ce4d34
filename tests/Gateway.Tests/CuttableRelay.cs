using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Tests;

/// <summary>Stands between browser and gateway as the network does, and can cut every connection at once, without a good-bye.</summary>
internal sealed class CuttableRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<(Socket Client, Socket Server), Task> _connections = new();
    private readonly Uri _target;
    private readonly Task _accepting;

    private CuttableRelay(Uri target)
    {
        _target = target;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync();
    }

    /// <summary>Gets the address to use instead of the target's.</summary>
    public Uri Address { get; }

    public static CuttableRelay To(Uri target) => new(target);

    /// <summary>Resets all connections; new ones are relayed as before.</summary>
    public async Task CutAsync()
    {
        var cut = _connections.ToArray();
        foreach (var ((client, server), _) in cut)
        {
            // Closing without lingering sends a reset instead of an orderly end.
            client.Close(0);
            server.Close(0);
        }

        await Task.WhenAll(cut.Select(connection => connection.Value));
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        await CutAsync();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var pair = (await _listener.AcceptSocketAsync(), new Socket(SocketType.Stream, ProtocolType.Tcp));
                _connections[pair] = RelayAsync(pair);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The relay is being disposed.
        }
    }

    private async Task RelayAsync((Socket Client, Socket Server) pair)
    {
        await Task.Yield();
        using (pair.Client)
        using (pair.Server)
        {
            try
            {
                await pair.Server.ConnectAsync(_target.Host, _target.Port);
                await Task.WhenAll(PumpAsync(pair.Client, pair.Server), PumpAsync(pair.Server, pair.Client));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // One side has gone; so goes the other.
            }
        }

        _connections.TryRemove(pair, out _);
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
            {
                await to.SendAsync(buffer.AsMemory(0, read));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            to.Close(0);
            throw;
        }
    }
}
