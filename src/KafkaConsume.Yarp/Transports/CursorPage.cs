using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Tailing;

namespace KafkaConsume.Yarp.Transports;

/// <summary>Gathers one page of a cursor read: from the tail in memory where it reaches back far enough, else from Kafka.</summary>
internal sealed class CursorPage(
    BatchBody body, BatchQuery query, TailSubscription subscription, TailLog log, StreamScope scope, TransportServices services) : IDisposable
{
    /// <summary>How long a page that has something goes on to gather what else there is.</summary>
    private static readonly TimeSpan GatherTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WakeInterval = TimeSpan.FromMilliseconds(20);

    private readonly TimeProvider _time = services.Time;
    private readonly TailReader _reader = new(keepsPositions: true);
    private readonly long _started = services.Time.GetTimestamp();
    private CatchUpTicket? _ticket;

    public string Cursor => CursorCodec.Encode(log.Map, _reader.Positions);

    /// <summary>Gets a value indicating whether the client has everything that it asked for.</summary>
    public bool IsLast => _reader.IsDone;

    private TimeSpan Remaining => query.Wait - _time.GetElapsedTime(_started);

    public async Task FillAsync(StartPosition place)
    {
        if (place.Positions is null)
        {
            _reader.AttachAtHead(log, place.Limits);
        }
        else
        {
            _reader.TryAttach(log, place.Positions, place.Limits);
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

    public void Dispose()
    {
        _reader.Dispose();
        _ticket?.Dispose();
    }

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
            case TailRead.Behind when body.Count == 0 || _time.GetElapsedTime(_started) < GatherTime:
                return await CatchUpAsync();
            case TailRead.Retired when body.Count == 0:
                throw new KafkaProblemException(subscription.Source.Problem ?? KafkaProblem.Unavailable());
            default:
                return false;
        }
    }

    private bool HasRoom(int length) => body.Count == 0 || body.Length + length <= query.MaxBytes;

    /// <summary>Goes on in the next piece of the past.</summary>
    /// <returns>Whether there may be more for this page.</returns>
    private async Task<bool> CatchUpAsync()
    {
        var request = new CatchUpRequest(log.Map, log.Spec, _reader.WantedPositions, log.StartPositions());
        _ticket?.Dispose();
        _ticket = subscription.CatchUp.Ask(request);
        CatchUpPiece piece;
        try
        {
            piece = await _ticket.Piece.WaitAsync(Max(Remaining, TimeSpan.FromSeconds(1)), _time, scope.Ended);
        }
        catch (TimeoutException failure)
        {
            return body.Count > 0 ? false : throw new KafkaProblemException(KafkaProblem.Unavailable(), failure);
        }

        if (piece.Problem is null && !piece.IsEmpty)
        {
            _reader.EnterPast(piece.First);
            return true;
        }

        if (body.Count > 0)
        {
            return false;
        }

        // A client that does not want to wait for records still waits for Kafka to give those that are there.
        return piece.Problem is null && _time.GetElapsedTime(_started) < Max(query.Wait, services.Options.KafkaTimeout)
            ? true
            : throw new KafkaProblemException(piece.Problem ?? KafkaProblem.Unavailable());
    }

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
