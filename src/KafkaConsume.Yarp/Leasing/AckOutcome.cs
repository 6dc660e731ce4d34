using Confluent.Kafka;
using KafkaConsume.Yarp.Consuming;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>What became of a message. Each of its records counts for itself: what is refused keeps nothing else from being done.</summary>
internal sealed class AckOutcome
{
    public const string StaleType = "stale-ack";
    public const string NotOwnerType = "not-owner";

    private readonly Dictionary<OwnedPartition, long> _touched = [];
    private readonly List<RecordId> _refused = [];
    private bool _isUnknown;
    private bool _isStale;
    private bool _isElsewhere;

    /// <summary>Gets the partitions that the message was about, with the offset up to which each is to be committed.</summary>
    public IReadOnlyDictionary<OwnedPartition, long> Touched => _touched;

    /// <summary>Gets the records that were named and refused.</summary>
    public IReadOnlyList<RecordId> Refused => _refused;

    /// <summary>Gets what is wrong with the message, or null if all of it was done.</summary>
    public KafkaProblem? Problem =>
        _isUnknown ? new KafkaProblem(StatusCodes.Status400BadRequest, "unknown-record", "A record was never handed out.")
        : _isStale ? Stale()
        : _isElsewhere ? NotOwner()
        : null;

    public static KafkaProblem Stale() => new(
        StatusCodes.Status409Conflict, StaleType, "A record or batch is not this client's any more.")
    {
        Detail = "It is handed out again, or was already.",
    };

    public static KafkaProblem NotOwner() => new(
        StatusCodes.Status409Conflict, NotOwnerType, "Another replica of the gateway has handed this out, if any has.")
    {
        Detail = "Send it where the batch came from: its KafkaConsume-Owner says who that is.",
    };

    /// <summary>Waits until Kafka has committed what the message was about. To be called under the ledger's lock.</summary>
    /// <returns>False if a partition has gone to another member of the group before that.</returns>
    public async Task<bool> WhenCommittedAsync()
    {
        List<Task<bool>> waiting = [];
        foreach (var (partition, offset) in _touched)
        {
            if (partition.Committed < offset)
            {
                waiting.Add(partition.IsOwned ? partition.Confirmations.WaitAsync(offset) : Task.FromResult(false));
            }
        }

        return !(await Task.WhenAll(waiting)).Contains(false);
    }

    /// <summary>Gets where Kafka has the group, for the partitions that the message was about. To be called under the ledger's lock.</summary>
    public TopicPartitionOffset[] Committed() =>
    [
        .. _touched.Keys
            .Where(partition => partition.Committed >= 0)
            .Select(partition => new TopicPartitionOffset(partition.Id, partition.Committed))
            .OrderBy(offset => offset.Topic, StringComparer.Ordinal)
            .ThenBy(offset => offset.Partition.Value),
    ];

    public void Touch(OwnedPartition partition) => _touched[partition] = Math.Max(_touched.GetValueOrDefault(partition), partition.CommitTarget);

    /// <summary>Takes note of a partition that is to be committed up to an offset, by now or as soon as everything below it has been written.</summary>
    public void Touch(OwnedPartition partition, long offset) => _touched[partition] = offset;

    public void Refuse(RecordId record, AckVerdict verdict)
    {
        _refused.Add(record);
        _isUnknown |= verdict == AckVerdict.Unknown;
        _isStale |= verdict == AckVerdict.Stale;
        _isElsewhere |= verdict == AckVerdict.Elsewhere;
    }

    /// <summary>Refuses a batch, or what is left of it.</summary>
    public void RefuseBatch(AckVerdict verdict = AckVerdict.Stale)
    {
        _isStale |= verdict == AckVerdict.Stale;
        _isElsewhere |= verdict == AckVerdict.Elsewhere;
    }
}
