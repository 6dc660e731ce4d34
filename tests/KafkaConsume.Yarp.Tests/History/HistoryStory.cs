using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.History;

/// <summary>Tells a history by hand, on the partitions of one topic.</summary>
internal sealed class HistoryStory
{
    private readonly ManualTime _time = new();
    private readonly HistoryLog _log;

    public HistoryStory() => _log = new HistoryLog(_time);

    public static RecordId Id(long offset, int partition = 0) => new(Partition(partition), offset);

    public static TopicPartition Partition(int partition = 0) => new("orders", partition);

    public HistoryStory Produce(int count, int partition = 0) =>
        Tell(new HistoryEvent.Produced([.. Enumerable.Range(0, count).Select(offset => Record(offset, partition: partition))]));

    public HistoryStory Start(string session, string client = "ada", string gateway = "g1", bool isExclusive = false) =>
        Tell(new HistoryEvent.SessionStarted(session, client, gateway, ["orders"], isExclusive));

    /// <summary>Starts a batch that has records, for the first time.</summary>
    public HistoryStory Batch(string session, string client, params long[] offsets) => Start(session, client).Deliver(session, offsets);

    public HistoryStory Deliver(string session, params long[] offsets) => Deliver(session, 1, offsets);

    public HistoryStory Deliver(string session, int attempt, long[] offsets) =>
        Tell(new HistoryEvent.Delivered(session, _log.Count, [.. offsets.Select(offset => Record(offset, attempt))]));

    public HistoryStory Ack(string client, params long[] offsets) => Say(client, AckKind.Ack, AckAnswer.Accepted, offsets);

    public HistoryStory Nack(string client, params long[] offsets) => Say(client, AckKind.Nack, AckAnswer.Accepted, offsets);

    public HistoryStory Say(string client, AckKind kind, AckAnswer answer, params long[] offsets)
    {
        var id = _log.NextId();
        Tell(new HistoryEvent.Said(id, client, "g1", kind, [.. offsets.Select(offset => Id(offset))]));
        return Tell(new HistoryEvent.Answered(id, answer));
    }

    public HistoryStory Confirm(string client, long nextOffset, params long[] offsets)
    {
        var id = _log.NextId();
        Tell(new HistoryEvent.Said(id, client, "g1", AckKind.Ack, [.. offsets.Select(offset => Id(offset))]));
        return Tell(new HistoryEvent.Answered(id, AckAnswer.Accepted) { Confirmed = [new TopicPartitionOffset(Partition(), nextOffset)] });
    }

    public HistoryStory Commit(long offset) => Tell(new HistoryEvent.Committed(Partition(), offset));

    public HistoryStory Fault() => Tell(new HistoryEvent.Fault("g1 was killed"));

    public HistoryStory Wait(double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return this;
    }

    public HistoryStory Quiet(long end) => Tell(new HistoryEvent.Quiet(new TopicPartitionOffset(Partition(), end)));

    public HistoryStory Tell(HistoryEvent seen)
    {
        _log.Add(seen);
        return this;
    }

    public IReadOnlyList<string> Check(HistoryRules? rules = null) => HistoryChecker.Check(_log.Events, rules ?? new HistoryRules());

    public static HistoryRecord Record(long offset, int attempt = 1, int partition = 0) => new(Partition(partition), offset, 1_000 + offset, attempt);
}
