using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>
/// Tells another process what happens in this one, and returns when it has been noted there: so what follows from it is noted later.
/// </summary>
internal sealed class NoteWriter : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public NoteWriter(int port) => _socket.Connect(IPAddress.Loopback, port);

    public void Write(string line)
    {
        lock (_gate)
        {
            try
            {
                _socket.Send(Encoding.UTF8.GetBytes(line + '\n'));
                Span<byte> noted = stackalloc byte[1];
                _socket.Receive(noted);
            }
            catch (SocketException)
            {
                // Nobody listens any more.
            }
        }
    }

    public void Dispose() => _socket.Dispose();
}
