using System.Threading.Channels;
using Confluent.Kafka;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>A Kafka consumer on a thread of its own that reads one piece of the past after another.</summary>
internal sealed partial class CatchUpConsumer : IRecordSink, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly Channel<(CatchUpRequest Request, TaskCompletionSource<CatchUpPiece> Answer)> _requests =
        Channel.CreateBounded<(CatchUpRequest, TaskCompletionSource<CatchUpPiece>)>(1);

    private readonly KafkaConnection _connection;
    private readonly bool _isPortable;
    private readonly TailMemory _memory;
    private readonly ILogger _logger;
    private readonly Dictionary<FramingSpec, TailWriter> _writers = [];
    private PartitionMap? _map;
    private long[]? _assigned;
    private int _assignedCount;
    private CatchUpRequest _request = null!;
    private TailWriter _writer = null!;
    private int _missing;
    private TopicIds _ids = new();

    public CatchUpConsumer(KafkaConnection connection, bool isPortable, TailMemory memory, ILogger logger)
    {
        _connection = connection;
        _isPortable = isPortable;
        _memory = memory;
        _logger = logger;
        new Thread(Run) { IsBackground = true, Name = "kafka-consume catch-up" }.Start();
    }

    /// <summary>Says whether it has fetched ahead what is asked for. Not while it reads.</summary>
    public bool IsAt(CatchUpRequest request) =>
        _assigned is not null && ReferenceEquals(_map, request.Map) && request.From.AsSpan().SequenceEqual(_assigned);

    /// <summary>Reads on from some positions. The piece is empty when Kafka gives nothing within half a second.</summary>
    public async Task<CatchUpPiece> ReadAsync(CatchUpRequest request)
    {
        var answer = new TaskCompletionSource<CatchUpPiece>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _requests.Writer.WriteAsync((request, answer));
        return await answer.Task;
    }

    public void Dispose() => _requests.Writer.TryComplete();

    private void Run()
    {
        RecordReader? consumer = null;
        try
        {
            while (_requests.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                while (_requests.Reader.TryRead(out var work))
                {
                    work.Answer.SetResult(Answer(ref consumer, work.Request));
                }
            }
        }
        finally
        {
            consumer?.Dispose();
            DisposeWriters();
        }
    }

    private CatchUpPiece Answer(ref RecordReader? consumer, CatchUpRequest request)
    {
        var writer = WriterFor(request);
        var first = writer.Begin(request.From);
        KafkaProblem? problem = null;
        try
        {
            consumer ??= BroadcastConsumer.Create(_connection, _isPortable, onlyTopic: "", _ids = new TopicIds(), _logger);
            Fill(consumer, request, writer);
        }
        catch (ConsumeException failure)
        {
            problem = KafkaProblem.From(failure.Error);
        }
        catch (Exception failure)
        {
            // Whatever it was, it must not end the thread, and with it the gateway.
            Log.Broken(_logger, _connection.Name, failure);
            problem = KafkaProblem.Unavailable(failure.Message);
        }

        writer.Publish();
        if (_ids.DifferFrom(request.Map))
        {
            // What it has fetched ahead is of no use, and which of it is of which topic nobody knows.
            consumer?.Dispose();
            consumer = null;
            problem = KafkaProblem.Unavailable("A topic has been made anew.");
        }

        if (problem is not null)
        {
            _assigned = null;
            Log.Failed(_logger, _connection.Name, problem.Type, problem.Diagnostic);
        }

        // What was read before something went wrong is good; whoever asks for the rest hears of the problem.
        return new CatchUpPiece(request, first, writer.Positions, first.Count == 0 ? problem : null);
    }

    private TailWriter WriterFor(CatchUpRequest request)
    {
        if (!ReferenceEquals(_map, request.Map))
        {
            DisposeWriters();
            _map = request.Map;
            _assigned = null;
        }

        if (!_writers.TryGetValue(request.Framing, out var writer))
        {
            _writers.Add(request.Framing, writer = new TailWriter(request.Map, request.Framing, request.From, _memory.Budget));
        }

        return writer;
    }

    private bool WantsMore => _missing > 0 && _writer.Length < _request.MaxBytes && !_ids.DifferFrom(_request.Map);

    bool IRecordSink.Take(in RecordView record)
    {
        var index = _request.Map.IndexOf(record.Topic, record.Partition);
        if (index >= 0 && !_ids.DifferFrom(_request.Map) && _writer.Positions[index] < _request.Until[index])
        {
            if (record.Offset >= _request.Until[index])
            {
                Reach(index, record.Offset);
            }
            else if (record.Offset >= _writer.Positions[index])
            {
                _writer.WriteRecord(index, record);
                _missing -= _writer.Positions[index] >= _request.Until[index] ? 1 : 0;
            }
        }

        return WantsMore;
    }

    bool IRecordSink.TakeEnd(string topic, int partition, long next)
    {
        var index = _request.Map.IndexOf(topic, partition);
        if (index >= 0 && !_ids.DifferFrom(_request.Map) && _writer.Positions[index] < _request.Until[index])
        {
            Reach(index, next);
        }

        return WantsMore;
    }

    /// <summary>Moves on to an offset before which there is nothing more that a client could read.</summary>
    private void Reach(int index, long offset)
    {
        var next = Math.Min(offset, _request.Until[index]);
        if (next > _writer.Positions[index])
        {
            _writer.Pass(index, next);
            _missing -= next >= _request.Until[index] ? 1 : 0;
        }
    }

    private void Fill(RecordReader consumer, CatchUpRequest request, TailWriter writer)
    {
        var wanted = Assign(consumer, request);
        (_request, _writer, _missing) = (request, writer, wanted);
        var started = _memory.Time.GetTimestamp();
        while (WantsMore)
        {
            if (consumer.Wait(writer.Length == 0 ? TimeSpan.FromMilliseconds(50) : TimeSpan.Zero))
            {
                consumer.Take(this);
            }
            else if (writer.Length > 0 || _memory.Time.GetElapsedTime(started) > Patience)
            {
                break;
            }
        }

        // What comes of a partition that has reached the tail is dropped, so the next piece must be fetched anew then.
        _assigned = _missing == wanted ? (long[])writer.Positions.Clone() : null;
    }

    private int Assign(RecordReader consumer, CatchUpRequest request)
    {
        var wanted = new List<TopicPartitionOffset>();
        for (var index = 0; index < request.From.Length; index++)
        {
            if (request.From[index] < request.Until[index])
            {
                wanted.Add(new TopicPartitionOffset(request.Map.TopicOf(index), request.Map.PartitionOf(index), request.From[index]));
            }
        }

        // Whoever reads on from the last piece gets what has been fetched ahead, unless the tail has left more partitions behind since.
        if (!IsAt(request) || _assignedCount != wanted.Count)
        {
            consumer.Assign(wanted);
            _assignedCount = wanted.Count;
        }

        return wanted.Count;
    }

    private void DisposeWriters()
    {
        foreach (var writer in _writers.Values)
        {
            writer.Dispose();
        }

        _writers.Clear();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Kafka connection {Connection}: catching up stopped: {Problem}: {Reason}", EventName = nameof(Failed))]
        public static partial void Failed(ILogger logger, string connection, string problem, string? reason);

        [LoggerMessage(2, LogLevel.Error, "Kafka connection {Connection}: catching up failed", EventName = nameof(Broken))]
        public static partial void Broken(ILogger logger, string connection, Exception exception);
    }
}
