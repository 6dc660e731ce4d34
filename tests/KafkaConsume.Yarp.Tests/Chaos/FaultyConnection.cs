using System.Net;
using System.Net.Sockets;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>One connection through a <see cref="FaultProxy"/>.</summary>
internal sealed class FaultyConnection(FaultProxy proxy, Socket client, ConnectionFaults faults) : IDisposable
{
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly TaskCompletionSource _reset = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Relays until one side has ended, or the connection fails.</summary>
    public async Task RelayAsync(int port)
    {
        try
        {
            client.NoDelay = true;
            await _server.ConnectAsync(IPAddress.Loopback, port);
            await Task.WhenAll(PumpAsync(client, _server, isUpstream: true), PumpAsync(_server, client, isUpstream: false));
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            Reset();
        }
    }

    public void Dispose()
    {
        client.Dispose();
        _server.Dispose();
    }

    /// <summary>Ends the connection without a good-bye on both sides.</summary>
    public void Reset()
    {
        _reset.TrySetResult();

        // Closing without lingering sends a reset instead of an orderly end.
        client.Close(0);
        _server.Close(0);
    }

    private async Task PumpAsync(Socket from, Socket to, bool isUpstream)
    {
        var buffer = new byte[16 * 1024];
        var left = faults.FailsUpstream == isUpstream ? faults.FailsAfter : long.MaxValue;
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var read)
            {
                for (var sent = 0; sent < read;)
                {
                    var piece = (int)Math.Min(Math.Min(read - sent, faults.Slice), left);
                    if (piece == 0)
                    {
                        await FailAsync(from);
                        return;
                    }

                    await PauseAsync();
                    await SendAsync(to, buffer.AsMemory(sent, piece));
                    sent += piece;
                    left -= left == long.MaxValue ? 0 : piece;
                }
            }

            await PauseAsync();
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            Reset();
        }
    }

    private async Task PauseAsync()
    {
        if (faults.Latency > TimeSpan.Zero)
        {
            await Task.WhenAny(Task.Delay(faults.Latency, TimeProvider.System), _reset.Task);
        }

        await Task.WhenAny(proxy.PassAsync(), _reset.Task);
    }

    /// <summary>Takes what comes, for some time, and lets nothing of it through.</summary>
    private async Task FailAsync(Socket from)
    {
        if (faults.Hole > TimeSpan.Zero)
        {
            var over = Task.WhenAny(Task.Delay(faults.Hole, TimeProvider.System), _reset.Task);
            var swallowing = SwallowAsync(from);
            await over;
            Reset();
            await swallowing;
        }

        Reset();
    }

    private static async Task SwallowAsync(Socket from)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) > 0)
            {
                // It is gone.
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // So is the connection.
        }
    }

    private static async Task SendAsync(Socket to, ReadOnlyMemory<byte> piece)
    {
        while (piece.Length > 0)
        {
            piece = piece[await to.SendAsync(piece)..];
        }
    }
}
