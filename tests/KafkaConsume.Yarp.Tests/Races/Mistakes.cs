using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.Races;

/// <summary>Makes the mistake of a mutant in place of the library, and nothing where there is none.</summary>
internal sealed class Mistakes(Mutant mutant, GroupSchedule schedule, int seed)
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<TopicPartition, long> _highest = [];
    private readonly List<TopicPartitionOffset> _onTheirWay = [];

    public bool SharesLeases => mutant == Mutant.SharesLease;

    /// <summary>Says whether a record is lost on its way from Kafka's client.</summary>
    public bool LosesRecord() => mutant == Mutant.HandlerLosesRecord && _random.Next(40) == 0;

    /// <summary>Takes note of what a client acknowledged and whether it was refused.</summary>
    /// <returns>Whether it is taken all the same.</returns>
    public bool Takes(AckMessage message, RecordId[] records, bool isRefused)
    {
        if (message.Kind != AckKind.Ack || (isRefused && mutant != Mutant.TakesLateAcks))
        {
            return false;
        }

        foreach (var record in records)
        {
            _highest[record.Partition] = Math.Max(_highest.GetValueOrDefault(record.Partition), record.Offset + 1);
            if (isRefused)
            {
                schedule.Broker.Commit(record.Partition, record.Offset + 1);
            }
        }

        return isRefused;
    }

    /// <summary>Commits for a member.</summary>
    /// <returns>Whether that was all.</returns>
    public bool Commit(ScheduledMember member)
    {
        switch (mutant)
        {
            case Mutant.CommitsPosition:
                member.Ledger.Use(all => all.Owned.ToList()).ForEach(partition => schedule.Broker.Commit(partition.Id, partition.Tracker.NextOffset));
                return true;
            case Mutant.CommitsHighestAck:
                foreach (var partition in member.Ledger.Use(all => all.Owned.ToList()).Where(partition => _highest.ContainsKey(partition.Id)))
                {
                    schedule.Broker.Commit(partition.Id, _highest[partition.Id]);
                }

                return true;
            case Mutant.CommitsOvertake:
                var pending = member.Ledger.Use(all => all.Commits.Take());
                _onTheirWay.AddRange(pending.Select(commit => commit.Offset));
                member.Ledger.Use(all => all.Commits.Settle(pending, new ErrorCode[pending.Count]));
                if (_onTheirWay.Count > 1)
                {
                    var arrived = _random.Next(_onTheirWay.Count);
                    schedule.Broker.Commit(_onTheirWay[arrived].TopicPartition, _onTheirWay[arrived].Offset.Value);
                    _onTheirWay.RemoveAt(arrived);
                }

                return true;
            default:
                return false;
        }
    }
}
