using System.Net;
using System.Net.Sockets;
using KafkaConsume.Yarp.Tests.History;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>Notes what a gateway in another process tells with its <see cref="NoteWriter"/>.</summary>
internal sealed class NoteReader : IAsyncDisposable
{
    private static readonly byte[] Noted = "\n"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HistoryLog _log;
    private readonly Task _reading;

    public NoteReader(HistoryLog log)
    {
        _log = log;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _reading = ReadAsync();
    }

    public int Port { get; }

    /// <summary>Gets where the gateway listens, once it does.</summary>
    public Task<Uri> Address => _address.Task;

    /// <summary>Writes where a gateway listens.</summary>
    public static string Listening(Uri address) => $"listening\t{address}";

    /// <summary>Waits until everything has been noted that the gateway, which has ended, told.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _reading;
    }

    private async Task ReadAsync()
    {
        try
        {
            using var socket = await _listener.AcceptSocketAsync();
            using var lines = new StreamReader(new NetworkStream(socket));
            while (await lines.ReadLineAsync() is { } line)
            {
                if (line.Split('\t') is ["listening", var address])
                {
                    _address.TrySetResult(new Uri(address));
                }
                else
                {
                    _log.Add(HistoryLine.Read(line));
                }

                await socket.SendAsync(Noted);
            }
        }
        catch (Exception end) when (end is SocketException or IOException or ObjectDisposedException)
        {
            // The gateway was killed, or never began.
        }
    }
}
