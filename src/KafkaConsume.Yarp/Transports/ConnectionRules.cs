using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>What is asked of the connection under a stream.</summary>
internal static class ConnectionRules
{
    private const int TcpLevel = 6;
    private const int TcpUserTimeout = 18;

    /// <summary>
    /// Lets the system end a connection whose peer acknowledges nothing for so long (RFC 5482). A heartbeat into a network that is gone
    /// succeeds, and Linux would go on trying for a quarter of an hour.
    /// </summary>
    public static void LimitSilence(HttpContext context, TimeSpan limit)
    {
        var socket = context.Features.Get<IConnectionSocketFeature>()?.Socket;
        if (!OperatingSystem.IsLinux() || socket is not { ProtocolType: ProtocolType.Tcp })
        {
            return;
        }

        Span<byte> milliseconds = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(milliseconds, (int)limit.TotalMilliseconds);
        try
        {
            socket.SetRawSocketOption(TcpLevel, TcpUserTimeout, milliseconds);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The client has gone already.
        }
    }
}
