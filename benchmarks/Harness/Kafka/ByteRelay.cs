using System.Net;
using System.Net.Sockets;

namespace Harness.Kafka;

/// <summary>Passes connections on to a port, and counts what comes back from there.</summary>
internal sealed class ByteRelay : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly int _target;
    private long _received;

    public ByteRelay(int target)
    {
        _target = target;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Begin(Accept);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Gets how many bytes have come from the port.</summary>
    public long Received => Volatile.Read(ref _received);

    public void Dispose() => _listener.Dispose();

    private static void Begin(Action run) => new Thread(() => Try(run)) { IsBackground = true, Name = "relay" }.Start();

    private static void Try(Action run)
    {
        try
        {
            run();
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // One end closes, the other learns it.
        }
    }

    private static void Pass(Socket from, Socket to, Action<int> count)
    {
        using var source = from;
        using var destination = to;
        var buffer = new byte[BufferBytes];
        while (from.Receive(buffer) is > 0 and var length)
        {
            count(length);
            to.Send(buffer.AsSpan(0, length));
        }
    }

    private void Accept()
    {
        while (true)
        {
            var client = _listener.Accept();
            var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                server.Connect(IPAddress.Loopback, _target);
            }
            catch (SocketException)
            {
                server.Dispose();
                client.Dispose();
                continue;
            }

            client.NoDelay = server.NoDelay = true;
            Begin(() => Pass(client, server, static _ => { }));
            Begin(() => Pass(server, client, length => Interlocked.Add(ref _received, length)));
        }
    }
}
