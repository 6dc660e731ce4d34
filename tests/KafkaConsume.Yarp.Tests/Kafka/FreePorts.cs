using System.Net;
using System.Net.Sockets;

namespace KafkaConsume.Yarp.Tests.Kafka;

/// <summary>Ports that nobody listens on.</summary>
/// <remarks>
/// They lie below those that systems give to outgoing connections: a client that keeps trying to reach a stopped broker could otherwise be
/// given the broker's own port, and connect to itself.
/// </remarks>
internal static class FreePorts
{
    private const int First = 20_000;
    private const int Count = 12_000;

    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Taken = [];

    public static int Next()
    {
        lock (Gate)
        {
            while (true)
            {
                var port = First + Random.Shared.Next(Count);
                if (!Taken.Contains(port) && IsFree(port))
                {
                    Taken.Add(port);
                    return port;
                }
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
