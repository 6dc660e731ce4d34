using Confluent.Kafka;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>The logs of a source, one for each wire format that somebody has asked for, and how far they have got.</summary>
internal sealed class TailLogSet(TailSourceKey key, PartitionMap map, long[] positions, TailMemory memory) : IRecordSink
{
    private readonly Lock _gate = new();
    private readonly Dictionary<FramingKind, TailLog> _logs = [];
    private volatile TailLog[] _all = [];
    private TopicIds _ids = new();
    private bool _isRetired;

    public PartitionMap Map { get; } = map;

    /// <summary>Gets the next offset of every partition. For the source's thread.</summary>
    public long[] Positions { get; } = positions;

    /// <summary>Gets the positions as Kafka's clients want them. For the source's thread.</summary>
    public IReadOnlyCollection<TopicPartitionOffset> Places =>
        [.. Positions.Select((offset, index) => new TopicPartitionOffset(Map.TopicOf(index), Map.PartitionOf(index), offset))];

    /// <summary>Gets the log of a wire format; it begins now if nobody has asked for it before.</summary>
    public TailLog Get(FramingKind kind)
    {
        lock (_gate)
        {
            if (!_logs.TryGetValue(kind, out var log))
            {
                log = new TailLog(Map, new FramingSpec(kind, key.Deserializer, key.Format), Positions, memory);
                _logs.Add(kind, log);
                _all = [.. _logs.Values];
                if (_isRetired)
                {
                    log.Retire();
                }
            }

            return log;
        }
    }

    /// <summary>Takes a batch, publishes all of it at one time, and wakes the readers. Nothing is taken of topics that were made anew.</summary>
    public void TakeBatch(RecordReader reader, TopicIds ids)
    {
        _ids = ids;
        try
        {
            Append(reader);
        }
        finally
        {
            WakeReaders();
        }
    }

    bool IRecordSink.Take(in RecordView record)
    {
        if (_ids.DifferFrom(Map))
        {
            return false;
        }

        var index = Map.IndexOf(record.Topic, record.Partition);
        if (index >= 0 && record.Offset >= Positions[index])
        {
            Positions[index] = record.Offset + 1;
            foreach (var log in _logs.Values)
            {
                log.Append(index, record);
            }
        }

        return true;
    }

    bool IRecordSink.TakeEnd(string topic, int partition, long next)
    {
        if (_ids.DifferFrom(Map))
        {
            return false;
        }

        var index = Map.IndexOf(topic, partition);
        if (index >= 0 && next > Positions[index])
        {
            // What lies before are the marks and the aborted records of transactions: clients have nothing to read there.
            Positions[index] = next;
            foreach (var log in _logs.Values)
            {
                log.AppendPosition(index, next);
            }
        }

        return true;
    }

    /// <summary>Goes on behind records that Kafka no longer has, and tells the readers.</summary>
    public void Skip(int index, long available)
    {
        var before = _all;
        lock (_gate)
        {
            var gap = new GapInfo(Map.TopicOf(index), Map.PartitionOf(index), Positions[index], available);
            Positions[index] = available;
            if (_logs.Remove(FramingKind.Json, out var batches))
            {
                // A batch tells a gap by its status, for which the client has to come before a log that begins behind the gap.
                batches.Retire();
                batches.Dispose();
                _all = [.. _logs.Values];
            }

            foreach (var log in _logs.Values)
            {
                log.AppendGap(index, gap);
            }

            Publish();
        }

        WakeReaders(before);
    }

    /// <summary>Drops what is too old while nothing new comes.</summary>
    public void DropOld()
    {
        lock (_gate)
        {
            foreach (var log in _logs.Values)
            {
                log.DropOld();
            }
        }
    }

    /// <summary>Ends the logs, once: their readers attach elsewhere.</summary>
    public void Retire()
    {
        lock (_gate)
        {
            _isRetired = true;
            foreach (var log in _logs.Values)
            {
                log.Retire();
                log.Dispose();
            }
        }

        WakeReaders();
    }

    private void Append(RecordReader reader)
    {
        lock (_gate)
        {
            try
            {
                reader.Take(this);
            }
            finally
            {
                // What was taken before an error is good.
                Publish();
            }
        }
    }

    private void Publish()
    {
        foreach (var log in _logs.Values)
        {
            log.Publish();
        }
    }

    /// <summary>Wakes the readers, without the lock: they go on on this thread, and may ask for a log.</summary>
    private void WakeReaders(TailLog[]? logs = null)
    {
        foreach (var log in logs ?? _all)
        {
            log.WakeReaders();
        }
    }
}
