using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Tailing;

namespace KafkaConsume.Yarp.Transports;

/// <summary>Gathers one page of a cursor read: from the tail in memory where it reaches back far enough, else from Kafka.</summary>
internal sealed class CursorPage(
    BatchBody body, BatchQuery query, TailSubscription subscription, TailLog log, StreamScope scope, TransportServices services) : IDisposable
{
    private static readonly TimeSpan WakeInterval = TimeSpan.FromMilliseconds(20);

    private readonly TimeProvider _time = services.Time;
    private readonly TailReader _reader = new(keepsPositions: true);
    private readonly long _started = services.Time.GetTimestamp();

    public string Cursor => CursorCodec.Encode(log.Map, _reader.Positions);

    private TimeSpan Remaining => query.Wait - _time.GetElapsedTime(_started);

    public async Task FillAsync(long[]? positions)
    {
        if (positions is null)
        {
            _reader.AttachAtHead(log);
        }
        else
        {
            _reader.TryAttach(log, positions);
        }

        using var closing = scope.Ended.UnsafeRegister(static parking => ((TailParking)parking!).Close(), _reader.Parking);

        // More than once: a timer may come a moment too early, or while the reader is not parked.
        using var timer = _time.CreateTimer(
            static parking => ((TailParking)parking!).Wake(TailWake.Heartbeat), _reader.Parking, query.Wait, WakeInterval);
        while (!scope.Ended.IsCancellationRequested && await StepAsync())
        {
            // Each step takes a record, or waits for one.
        }
    }

    public void Dispose() => _reader.Dispose();

    private async ValueTask<bool> StepAsync()
    {
        switch (_reader.TryReadRecord(out var record))
        {
            case TailRead.Block:
                if (!HasRoom(record.Length))
                {
                    return false;
                }

                // Nothing to give, but a step on: offsets that hold no record for clients.
                if (record.Length > 0)
                {
                    body.Add(record.Span);
                }

                _reader.Advance();
                return body.Count < query.MaxRecords;
            case TailRead.CaughtUp when body.Count == 0 && Remaining > TimeSpan.Zero:
                await _reader.WaitAsync();
                return true;
            case TailRead.Behind when body.Count == 0:
                return await CatchUpAsync();
            case TailRead.Retired when body.Count == 0:
                throw new KafkaProblemException(subscription.Source.Problem ?? KafkaProblem.Unavailable());
            default:
                return false;
        }
    }

    private bool HasRoom(int length) => body.Count == 0 || body.Length + length <= query.MaxBytes;

    /// <summary>Reads from Kafka.</summary>
    /// <returns>Whether to go on: with the tail, or by another try.</returns>
    private async Task<bool> CatchUpAsync()
    {
        var pool = subscription.CatchUp;
        var consumer = await pool.BorrowAsync(Max(Remaining, TimeSpan.FromSeconds(1)), scope.Ended)
            ?? throw new KafkaProblemException(KafkaProblem.Unavailable());
        CatchUpChunk chunk;
        try
        {
            var request = new CatchUpRequest(
                log.Map, log.Spec, _reader.Positions, log.StartPositions(), query.MaxRecords, query.MaxBytes);
            chunk = await consumer.ReadAsync(request with { IsStrict = true });
        }
        finally
        {
            pool.Return(consumer);
        }

        using (chunk)
        {
            if (chunk.Problem is { } problem)
            {
                throw new KafkaProblemException(problem);
            }

            var start = 0;
            foreach (var end in chunk.Ends)
            {
                body.Add(chunk.Bytes.WrittenSpan[start..end]);
                start = end;
            }

            var isAttached = _reader.TryAttach(log, chunk.Positions);
            if (body.Count > 0 || isAttached)
            {
                return body.Count == 0;
            }

            // A client that does not want to wait for records still waits for Kafka to give those that are there.
            return _time.GetElapsedTime(_started) < Max(query.Wait, services.Options.KafkaTimeout)
                ? true
                : throw new KafkaProblemException(KafkaProblem.Unavailable());
        }
    }

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
