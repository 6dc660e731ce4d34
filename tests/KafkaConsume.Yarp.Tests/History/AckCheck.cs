using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.History;

/// <summary>Checks what clients say about records, and what they are told.</summary>
internal sealed class AckCheck(HistoryWorld world)
{
    public void Check(HistoryEvent.Said said)
    {
        var words = world.Words[said.Id];
        foreach (var id in said.Records.Where(id => !words.WasRefused(id)))
        {
            var partition = world[id.Partition];
            var record = partition[id.Offset];
            if (partition.IsForeign(said.Gateway))
            {
                words.Foreign.Add((id.Partition, id.Offset));
                words.WasForeign.Add(id.Partition);
            }
            else if (!IsHolder(record, said.Client))
            {
                words.Foreign.Add((id.Partition, id.Offset));
            }
            else if (said.Kind == AckKind.Ack)
            {
                partition.Release(record);
                record.AckedAt = Math.Min(record.AckedAt, world.At);
            }
            else if (said.Kind == AckKind.Nack)
            {
                partition.Release(record);
                record.MayComeAgain = true;
                record.IsRefusedLate = world.Now - record.HandedTime >= world.Rules.AckTimeout;
                record.PossibleFailures++;
                if (words.WasAccepted(id))
                {
                    record.Failures = record.FailuresEpoch == partition.Epoch ? record.Failures + 1 : 1;
                    record.FailuresEpoch = partition.Epoch;
                }
            }
        }
    }

    public void Check(HistoryEvent.Answered answered)
    {
        var words = world.Words[answered.Id];
        foreach (var (id, offset) in words.Foreign.Where(foreign => words.WasAccepted(new RecordId(foreign.Partition, foreign.Offset))))
        {
            var record = world[id][offset];
            if (words.WasForeign.Contains(id) && !answered.Confirmed.Any(confirmed => confirmed.TopicPartition == id && confirmed.Offset.Value > offset))
            {
                // Its gateway does not know yet that the group has gone on without it, and promises nothing.
                continue;
            }

            if (!record.IsGivenUp && (words.Event.Kind != AckKind.Ack || record.AckedAt == RecordTrace.Never))
            {
                world.Violate("I8", $"{id} {offset} is not {words.Event.Client}'s, but what it said of it was accepted: {words.Event.Kind}");
            }
        }

        foreach (var confirmed in answered.Confirmed)
        {
            world[confirmed.TopicPartition].Confirm(world.At, confirmed.Offset.Value);
        }
    }

    public void Check(HistoryEvent.GivenUp given)
    {
        var partition = world[given.Record.Partition];
        var record = partition[given.Record.Offset];
        var seen = record.SeenEpoch == partition.Epoch ? record.Seen : 0;
        var failures = record.PossibleFailures + Math.Max(0, given.Attempts - seen) + (record.DeliveredAt >= 0 && world.Now - record.HandedTime >= world.Rules.AckTimeout ? 1 : 0);
        if (world.Rules.MaxDeliveries == 0 || failures < world.Rules.MaxDeliveries)
        {
            world.Violate("I7", $"{given.Record.Partition} {given.Record.Offset} was given up after {failures} failures");
        }
    }

    // When it is not clear who has it, everybody may.
    private static bool IsHolder(RecordTrace record, string client) =>
        record.DeliveredAt >= 0 && (record.Holder is null || string.Equals(record.Holder.Client, client, StringComparison.Ordinal));
}
