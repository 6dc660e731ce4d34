using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Harness.Loading;

/// <summary>Clients on one thread that ask again as soon as they have an answer, and count the records in it.</summary>
internal sealed class Pollers : IDisposable
{
    private const int BufferBytes = 64 * 1024;
    private const int IdleMs = 10;

    private readonly Epoll _epoll = new();
    private readonly byte[] _buffer = new byte[AnswerReader.MaxCarry + BufferBytes];
    private readonly long[] _stamps = new long[BufferBytes / 32];
    private readonly Socket[] _sockets;
    private readonly AnswerReader[] _readers;
    private readonly int[] _handles;
    private readonly byte[] _request;
    private readonly int _valueBytes;
    private readonly Thread _thread;
    private LatencyHistogram _latencies = new();
    private long _answers;
    private long _records;
    private int _broken;
    private bool _isStopping;

    /// <param name="port">Where the server listens.</param>
    /// <param name="path">What to ask for.</param>
    /// <param name="clients">How many there are.</param>
    /// <param name="valueBytes">How long the value of each record is.</param>
    public Pollers(int port, string path, int clients, int valueBytes)
    {
        _valueBytes = valueBytes;
        _request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
        _sockets = [.. Enumerable.Range(0, clients).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true })];
        _readers = [.. _sockets.Select(_ => new AnswerReader())];
        _handles = [.. _sockets.Select(socket => (int)socket.Handle)];
        for (var index = 0; index < clients; index++)
        {
            _sockets[index].Connect(IPAddress.Loopback, port);
            _epoll.Add(_handles[index], index);
        }

        _thread = new Thread(Run) { IsBackground = true, Name = "clients" };
    }

    /// <summary>Gets how many answers have come.</summary>
    public long Answers => Volatile.Read(ref _answers);

    /// <summary>Gets how many records were in them.</summary>
    public long Records => Volatile.Read(ref _records);

    /// <summary>Gets how many clients have been cut off, or were answered with an error.</summary>
    public int Broken => Volatile.Read(ref _broken);

    /// <summary>Begins to ask.</summary>
    public void Start()
    {
        foreach (var socket in _sockets)
        {
            socket.Send(_request);
        }

        _thread.Start();
    }

    /// <summary>Begins a new histogram and returns the one before, to which nothing is added any more soon.</summary>
    public LatencyHistogram TakeLatencies() => Interlocked.Exchange(ref _latencies, new LatencyHistogram());

    /// <summary>Returns when so many records have come since the beginning.</summary>
    public void Await(long records, TimeSpan patience)
    {
        var started = Stopwatch.GetTimestamp();
        while (Records < records)
        {
            if (Broken > 0 || Stopwatch.GetElapsedTime(started) > patience)
            {
                throw new TimeoutException($"the clients had {Records:N0} of {records:N0} records, and {Broken} of them no connection any more");
            }

            Thread.Sleep(1);
        }
    }

    public void Dispose()
    {
        Volatile.Write(ref _isStopping, true);
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        Array.ForEach(_sockets, socket => socket.Dispose());
        _epoll.Dispose();
    }

    private void Run()
    {
        while (!Volatile.Read(ref _isStopping))
        {
            var ready = _epoll.Wait(IdleMs);
            for (var index = 0; index < ready; index++)
            {
                Read(_epoll.Ready(index));
            }
        }
    }

    private void Read(int client)
    {
        var reader = _readers[client];
        var carried = reader.Restore(_buffer);
        var length = Epoll.Receive(_handles[client], _buffer.AsSpan(carried, BufferBytes));
        if (length <= 0 || !reader.Take(_buffer.AsSpan(0, carried + length), _valueBytes, _stamps, out var stamped))
        {
            _epoll.Remove(_handles[client]);
            Interlocked.Increment(ref _broken);
            return;
        }

        var now = Stopwatch.GetTimestamp();
        var latencies = Volatile.Read(ref _latencies);
        foreach (var stamp in _stamps.AsSpan(0, stamped))
        {
            latencies.Add(now - stamp);
        }

        Volatile.Write(ref _records, _records + reader.TakeRecords());
        if (reader.IsComplete)
        {
            reader.Begin();
            Volatile.Write(ref _answers, _answers + 1);
            _sockets[client].Send(_request);
        }
    }
}
