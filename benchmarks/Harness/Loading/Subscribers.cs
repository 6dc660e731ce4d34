using System.Diagnostics;
using System.Net.Sockets;

namespace Harness.Loading;

/// <summary>
/// Many clients on one thread: connects them, then counts the records that each receives, and takes the time of them. What they
/// receive is not parsed, so that the server is the slow one.
/// </summary>
internal sealed class Subscribers : IDisposable
{
    private const int BufferBytes = 64 * 1024;
    private const int AtOnce = 64;
    private const int IdleMs = 10;

    private static readonly TimeSpan LifeInterval = TimeSpan.FromSeconds(10);

    // Masked, without a payload.
    private static readonly byte[] Pong = [0x8A, 0x80, 0, 0, 0, 0];

    private readonly Epoll _epoll = new();
    private readonly byte[] _buffer = new byte[RecordScanner.MaxCarry + BufferBytes];
    private readonly long[] _stamps = new long[BufferBytes / 32];
    private readonly List<Socket> _sockets = [];
    private readonly StreamRequest _request;
    private readonly StreamKind _kind;
    private readonly int _valueBytes;
    private readonly Action<long> _progress;
    private readonly Thread _thread;
    private int[] _handles = [];
    private RecordScanner[] _scanners = [];
    private ChunkReader[] _chunks = [];
    private byte[] _carried = [];
    private long[] _counts = [];
    private long[] _marks = [];
    private LatencyHistogram _latencies = new();
    private int _stampsPerRead;
    private long _records;
    private long _bytes;
    private long _reads;
    private int _broken;
    private long _reported;
    private long _marked;
    private long _now;
    private bool _isChunked;
    private bool _isStopping;

    /// <param name="port">Where the server listens.</param>
    /// <param name="path">What to ask for.</param>
    /// <param name="kind">How to read.</param>
    /// <param name="valueBytes">How long the value of each record is.</param>
    /// <param name="progress">Is told, on the reading thread, how many records the clients have received on average since the last mark.</param>
    public Subscribers(int port, string path, StreamKind kind, int valueBytes, Action<long> progress)
    {
        _request = new StreamRequest(port, path, kind);
        _kind = kind;
        _valueBytes = valueBytes;
        _progress = progress;
        _thread = new Thread(Run) { IsBackground = true, Name = "clients" };
    }

    public int Count => _sockets.Count;

    /// <summary>Gets how many records all clients together have received.</summary>
    public long Records => Volatile.Read(ref _records);

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Gets how many reads that took: what the server wrote at one time is read at one time, or nearly so.</summary>
    public long Reads => Volatile.Read(ref _reads);

    /// <summary>Gets how many clients the server has cut off.</summary>
    public int Broken => Volatile.Read(ref _broken);

    /// <summary>Gets the fewest records that a client has received since the last <see cref="Mark"/>.</summary>
    public long Fewest
    {
        get
        {
            var fewest = long.MaxValue;
            for (var index = 0; index < _counts.Length; index++)
            {
                fewest = Math.Min(fewest, Volatile.Read(ref _counts[index]) - _marks[index]);
            }

            return fewest;
        }
    }

    /// <summary>Connects so many clients more; each has the head of its answer when this returns. Not once reading has begun.</summary>
    public void Connect(int count)
    {
        for (var connected = 0; connected < count; connected += AtOnce)
        {
            var batch = Enumerable.Range(0, Math.Min(AtOnce, count - connected)).Select(_ => _request.Send()).ToList();
            foreach (var socket in batch)
            {
                _isChunked = _request.ReadHead(socket);
                socket.Blocking = false;
                _sockets.Add(socket);
            }
        }
    }

    /// <summary>Begins to read.</summary>
    public void Start()
    {
        _handles = [.. _sockets.Select(socket => (int)socket.Handle)];
        _scanners = new RecordScanner[_sockets.Count];
        _chunks = new ChunkReader[_sockets.Count];
        _carried = new byte[_sockets.Count * RecordScanner.MaxCarry];
        _counts = new long[_sockets.Count];
        _marks = new long[_sockets.Count];
        for (var index = 0; index < _handles.Length; index++)
        {
            _epoll.Add(_handles[index], index);
        }

        _thread.Start();
    }

    /// <summary>Counts from here; for a moment when nothing is on its way.</summary>
    public void Mark()
    {
        _counts.CopyTo(_marks, 0);
        Volatile.Write(ref _marked, Records / Count);
        Volatile.Write(ref _reported, 0);
    }

    /// <summary>Begins a new histogram and returns the one before, to which nothing is added any more soon.</summary>
    /// <param name="stampsPerRead">How many records of each read are taken the time of, from its beginning.</param>
    public LatencyHistogram TakeLatencies(int stampsPerRead)
    {
        Volatile.Write(ref _stampsPerRead, Math.Min(stampsPerRead, _stamps.Length));
        return Interlocked.Exchange(ref _latencies, new LatencyHistogram());
    }

    public void Dispose()
    {
        Volatile.Write(ref _isStopping, true);
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }

        _epoll.Dispose();
    }

    private void Run()
    {
        var shown = Stopwatch.GetTimestamp();
        while (!Volatile.Read(ref _isStopping))
        {
            var ready = _epoll.Wait(IdleMs);
            if (_kind == StreamKind.WebSocket && Stopwatch.GetElapsedTime(shown) > LifeInterval)
            {
                // As often as clients do that answer pings, which these do not, since they parse nothing.
                shown = Stopwatch.GetTimestamp();
                ShowLife();
            }

            for (var index = 0; index < ready; index++)
            {
                Read(_epoll.Ready(index));
            }

            var average = (_records / _handles.Length) - Volatile.Read(ref _marked);
            if (average > Volatile.Read(ref _reported))
            {
                Volatile.Write(ref _reported, average);
                _progress(average);
            }
        }
    }

    private void ShowLife()
    {
        foreach (var socket in _sockets)
        {
            try
            {
                socket.Send(Pong);
            }
            catch (SocketException)
            {
                // Reading finds out that the server has cut it off.
            }
        }
    }

    private void Read(int client)
    {
        var length = Epoll.Receive(_handles[client], _buffer.AsSpan(RecordScanner.MaxCarry));
        if (length <= 0)
        {
            Lose(client);
            return;
        }

        _reads++;
        _bytes += length;
        _now = Stopwatch.GetTimestamp();
        var end = RecordScanner.MaxCarry + length;
        if (!_isChunked)
        {
            Scan(client, RecordScanner.MaxCarry, length);
            return;
        }

        ref var chunks = ref _chunks[client];
        var (start, size) = chunks.Next(_buffer.AsSpan(0, end), RecordScanner.MaxCarry);
        while (size > 0)
        {
            Scan(client, start, size);
            (start, size) = chunks.Next(_buffer.AsSpan(0, end), start + size);
        }
    }

    /// <summary>Counts the records in a piece of what a client has received, of which the first may have begun in the piece before.</summary>
    private void Scan(int client, int start, int length)
    {
        ref var scanner = ref _scanners[client];
        var carried = _carried.AsSpan(client * RecordScanner.MaxCarry, scanner.Carry);
        carried.CopyTo(_buffer.AsSpan(start - carried.Length));
        var piece = _buffer.AsSpan(start - carried.Length, carried.Length + length);
        var count = scanner.Count(piece, _valueBytes, _stamps.AsSpan(0, Volatile.Read(ref _stampsPerRead)), out var stamped);
        piece[^scanner.Carry..].CopyTo(_carried.AsSpan(client * RecordScanner.MaxCarry));
        _counts[client] += count;
        Volatile.Write(ref _records, _records + count);
        var latencies = Volatile.Read(ref _latencies);
        foreach (var stamp in _stamps.AsSpan(0, stamped))
        {
            latencies.Add(_now - stamp);
        }
    }

    private void Lose(int client)
    {
        _epoll.Remove(_handles[client]);
        Interlocked.Increment(ref _broken);
    }
}
