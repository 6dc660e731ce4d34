using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;
using KafkaConsume.Yarp.Tailing;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>
/// The life of one broadcast client: attach to the tail, send what is there, park; catch up from Kafka when it is behind; attach
/// again when the topics have changed. While Kafka cannot be reached the stream stays open and beats.
/// </summary>
internal sealed class BroadcastStream : ISweepTarget, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);

    private readonly HttpContext _context;
    private readonly TransportServices _services;
    private readonly StreamScope _scope;
    private readonly TailPlace _place;
    private readonly TimeSpan _heartbeatInterval;
    private readonly CancellationTokenRegistration _closing;
    private IStreamSink _sink = null!;
    private long _writeStarted;
    private long _lastWrite;

    public BroadcastStream(
        HttpContext context,
        KafkaRoute route,
        KafkaConnection connection,
        TransportServices services,
        FramingKind kind,
        StreamScope scope)
    {
        _context = context;
        _services = services;
        _scope = scope;
        _heartbeatInterval = route.Options.HeartbeatInterval;
        _lastWrite = services.Time.GetTimestamp();
        var start = StreamQuery.Parse(context.Request, route);
        _place = new TailPlace(services.Tails, route, connection, kind, start, services.Time);
        _closing = scope.Ended.UnsafeRegister(static parking => ((TailParking)parking!).Close(), _place.Reader.Parking);
    }

    int ISweepTarget.SweepIndex { get; set; }

    /// <summary>Finds the client's place, as long as that takes no longer than a request may.</summary>
    /// <exception cref="KafkaProblemException">The request cannot be answered: nothing has been sent yet.</exception>
    public Task PrepareAsync() => _place.TryAttachAsync(_services.Options.KafkaTimeout, _scope.Ended);

    /// <summary>Streams until the client goes, the gateway stops or the route changes.</summary>
    public async Task RunAsync(IStreamSink sink)
    {
        _sink = sink;
        _services.Sweeper.Add(this);
        try
        {
            BeginWrite();
            await sink.StartAsync(_place.TakeFirstCursor());
            EndWrite();
            await PumpAsync();
            BeginWrite();
            await sink.EndAsync(_scope.Reason);
        }
        catch (KafkaProblemException failure)
        {
            BeginWrite();
            await sink.FailAsync(failure.Problem);
        }
        catch (Exception) when (_scope.Ended.IsCancellationRequested)
        {
            // Whatever a write or a wait threw, it was cut short by the end.
            BeginWrite();
            await sink.EndAsync(_scope.Reason);
        }
        finally
        {
            _services.Sweeper.Remove(this);
        }
    }

    public void Dispose()
    {
        _closing.Dispose();
        _place.Dispose();
    }

    void ISweepTarget.Sweep(long now)
    {
        var writeStarted = Volatile.Read(ref _writeStarted);
        var patience = _scope.Ended.IsCancellationRequested ? Patience : _services.Options.WriteTimeout;
        if (writeStarted != 0 && _services.Time.GetElapsedTime(writeStarted, now) > patience)
        {
            // Kestrel's minimum data rate does not end a stream whose client has stopped reading.
            _context.Abort();
        }
        else if (_place.Reader.Parking.IsParked && IsHeartbeatDue(now))
        {
            _place.Reader.Parking.Wake(TailWake.Heartbeat);
        }
    }

    private async Task PumpAsync()
    {
        while (!_scope.Ended.IsCancellationRequested)
        {
            if (!_place.IsAttached || _place.IsRetired)
            {
                if (!await _place.TryAttachAsync(Patience, _scope.Ended))
                {
                    // It may have failed at once, and must not be tried without a pause then.
                    await HeartbeatAsync();
                    await Task.Delay(RetryPause, _services.Time, _scope.Ended);
                    continue;
                }
            }

            await TellNewsAsync();
            switch (_place.Reader.TryRead(out var block))
            {
                case TailRead.Block:
                    await WriteAsync(block);
                    _place.Reader.Advance();
                    break;
                case TailRead.CaughtUp:
                    await _place.Reader.WaitAsync();
                    await HeartbeatAsync();
                    break;
                case TailRead.Behind when !_place.IsRetired:
                    await CatchUpAsync();
                    await HeartbeatAsync();
                    break;
            }
        }
    }

    /// <summary>Reads from Kafka until the client is in the tail; the consumer is kept from piece to piece while nobody else waits for one.</summary>
    private async Task CatchUpAsync()
    {
        var pool = _place.CatchUp;
        var consumer = await pool.BorrowAsync(Patience, _scope.Ended);
        try
        {
            var isBehind = true;
            while (isBehind && consumer is not null && !_scope.Ended.IsCancellationRequested)
            {
                using var chunk = await _place.ReadPastAsync(consumer);
                if (pool.HasWaiters || chunk.Ends.Count == 0)
                {
                    pool.Return(consumer);
                    consumer = null;
                }

                var writing = WriteAsync(chunk.Bytes.WrittenMemory);
                if (!writing.IsCompleted && consumer is not null)
                {
                    // A client that reads slowly must not keep a consumer from the others.
                    pool.Return(consumer);
                    consumer = null;
                }

                await writing;
                isBehind = !await _place.MoveBehindAsync(chunk);
            }
        }
        finally
        {
            if (consumer is not null)
            {
                pool.Return(consumer);
            }
        }
    }

    private async ValueTask TellNewsAsync()
    {
        using var news = _place.TakeNews();
        if (news is not null)
        {
            await WriteAsync(news.WrittenMemory);
        }
    }

    private async ValueTask HeartbeatAsync()
    {
        if (IsHeartbeatDue(_services.Time.GetTimestamp()) && !_scope.Ended.IsCancellationRequested)
        {
            BeginWrite();
            await _sink.HeartbeatAsync(() => _place.Cursor);
            EndWrite();
        }
    }

    private bool IsHeartbeatDue(long now) =>
        _services.Time.GetElapsedTime(Volatile.Read(ref _lastWrite), now) >= _heartbeatInterval;

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> frames)
    {
        if (frames.Length > 0)
        {
            BeginWrite();
            await _sink.WriteAsync(frames);
            EndWrite();
        }
    }

    private void BeginWrite() => Volatile.Write(ref _writeStarted, _services.Time.GetTimestamp());

    private void EndWrite()
    {
        Volatile.Write(ref _lastWrite, _services.Time.GetTimestamp());
        Volatile.Write(ref _writeStarted, 0);
    }
}
