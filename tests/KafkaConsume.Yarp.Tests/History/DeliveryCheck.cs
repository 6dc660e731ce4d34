namespace KafkaConsume.Yarp.Tests.History;

/// <summary>Checks what came to clients.</summary>
internal sealed class DeliveryCheck(HistoryWorld world)
{
    public void Check(HistoryEvent.Delivered delivered)
    {
        var session = world.Sessions[delivered.Session];
        foreach (var record in delivered.Records)
        {
            var partition = world[record.Partition];
            var trace = partition[record.Offset];
            CheckIdentity(session, record, trace);
            CheckOrder(session, partition, record, delivered.HandedAfter);
            if (partition.IsForeign(session.Gateway))
            {
                // One that the group has gone on without goes on handing out until it notices. Only that it came is of interest.
                trace.DeliveredAt = Math.Max(trace.DeliveredAt, 0);
                continue;
            }

            if (record.Offset < partition.ConfirmedBefore(delivered.HandedAfter))
            {
                world.Violate("I6", $"{Name(record)} came to {session.Name} after a client was told that it is committed");
            }

            if (trace.DeliveredAt < 0 || IsLater(delivered.HandedAfter, record, partition, trace))
            {
                CheckCause(session, partition, record, trace, delivered.HandedAfter);
                Take(session, partition, record, trace, delivered.HandedAfter);
            }
        }
    }

    public void Check(HistoryEvent.CameEmpty empty)
    {
        if (world.IsDisturbed || world.HasFaultSince(empty.AskedAfter) || world.Now - world.TimeOf(empty.AskedAfter) < world.Rules.Patience)
        {
            return;
        }

        // What has never come, and was there before the client asked, was not with anybody else.
        foreach (var produced in world.ProducedBefore(empty.AskedAfter).Where(record => world[record.Partition][record.Offset].DeliveredAt < 0))
        {
            world.Violate("I12", $"{empty.Client} waited in vain at {empty.Gateway} while there was {Name(produced)}");
            return;
        }
    }

    public static void End(HistorySession session)
    {
        foreach (var (partition, record) in session.Records.Where(held => held.Record.Holder == session || held.Record.Holder is null))
        {
            partition.Release(record);
            record.MayComeAgain = true;
            record.PossibleFailures++;
        }

        session.Records.Clear();
    }

    private static string Name(HistoryRecord record) => $"{record.Partition} {record.Offset}";

    private void CheckIdentity(HistorySession session, HistoryRecord record, RecordTrace trace)
    {
        if (!session.MayGet(record.Partition.Topic))
        {
            world.Violate("I10", $"{Name(record)} came to {session.Name}, which may not get {record.Partition.Topic}");
        }
        else if (!trace.IsProduced)
        {
            world.Violate("I1", $"{Name(record)} came to {session.Name}, but nobody produced it");
        }
        else if (trace.Hash != record.Hash)
        {
            world.Violate("I1", $"{Name(record)} came to {session.Name} with another value than it was produced with");
        }
    }

    private void CheckOrder(HistorySession session, PartitionTrace partition, HistoryRecord record, int handedAfter)
    {
        // Whoever takes a partition over begins anew at what is committed, on streams that go on too.
        if (!session.Last.TryGetValue(partition.Id, out var last) || partition.OwnedSince >= last.HandedAfter)
        {
            session.Last[partition.Id] = (record.Offset, handedAfter);
            return;
        }

        if (record.Attempt == 1 && record.Offset <= last.Offset)
        {
            world.Violate("I2", $"{Name(record)} came to {session.Name} for the first time after {last.Offset}");
        }

        if (session.IsExclusive && record.Offset > last.Offset && !partition.IsForeign(session.Gateway))
        {
            foreach (var skipped in partition.Produced.Skip(Index(partition.Produced, last.Offset + 1)).TakeWhile(offset => offset < record.Offset))
            {
                if (IsMissed(partition[skipped], session))
                {
                    world.Violate("I2", $"{Name(record)} came to {session.Name} after {last.Offset}, without {skipped}");
                }
            }
        }

        session.Last[partition.Id] = record.Offset > last.Offset ? (record.Offset, handedAfter) : last;
    }

    /// <summary>Says whether a stream that has a partition for itself should have had a record before later ones.</summary>
    private bool IsMissed(RecordTrace record, HistorySession session) =>
        record is { IsGivenUp: false, AckedAt: RecordTrace.Never, MayComeAgain: false }
        && (record.DeliveredAt < 0 || (record.Holder is { } holder && holder != session && !holder.MayBeOver(world.At) && world.Now - record.HandedTime < world.Rules.AckTimeout));

    // Two answers that were on their way at the same time may arrive in either order.
    private bool IsLater(int handedAfter, HistoryRecord record, PartitionTrace partition, RecordTrace trace)
    {
        if (handedAfter > trace.DeliveredAt)
        {
            return true;
        }

        if (handedAfter <= partition.OwnedSince || world.HasFaultSince(Math.Min(handedAfter, trace.HandedAfter)))
        {
            partition.Release(trace);
            trace.Holder = null;
            trace.DeliveredAt = world.At;
            trace.MayComeAgain = true;
            return false;
        }

        return record.Attempt >= trace.Attempt;
    }

    private void CheckCause(HistorySession session, PartitionTrace partition, HistoryRecord record, RecordTrace trace, int handedAfter)
    {
        if (trace.DeliveredAt < 0)
        {
            return;
        }

        var isExpired = world.Now - trace.HandedTime >= world.Rules.AckTimeout;
        trace.PossibleFailures += isExpired ? 1 : 0;
        if (world.Rules.MaxDeliveries > 0 && trace.FailuresEpoch == partition.Epoch && trace.Failures >= world.Rules.MaxDeliveries)
        {
            world.Violate("I7", $"{Name(record)} came again to {session.Name} although it had failed {trace.Failures} times");
        }

        if (trace.MayComeAgain || isExpired || trace.Holder is not { } holder || holder.MayBeOver(world.At))
        {
            return;
        }

        if (!world.HasFaultSince(trace.HandedAfter))
        {
            var isHeld = trace.HeldEpoch == partition.Epoch && holder != session;
            world.Violate(
                isHeld ? "I8" : "I7",
                isHeld ? $"{Name(record)} came to {session.Name} while {holder.Name} has it" : $"{Name(record)} came again to {session.Name} without a cause");
        }
        else if (world.FaultAt >= trace.HandedAfter && partition.Repeated.Add(record.Offset) && partition.Repeated.Count == world.Rules.Window + 1)
        {
            world.Violate("I7", $"{partition.Id}: more than {world.Rules.Window} records came again after one fault, at last {record.Offset}");
        }
    }

    private void Take(HistorySession session, PartitionTrace partition, HistoryRecord record, RecordTrace trace, int handedAfter)
    {
        partition.Release(trace);
        (trace.Seen, trace.SeenEpoch) = (trace.SeenEpoch == partition.Epoch ? trace.Seen + 1 : 1, partition.Epoch);
        trace.DeliveredAt = world.At;
        trace.HandedAfter = handedAfter;
        trace.HandedTime = world.TimeOf(handedAfter);
        trace.Attempt = record.Attempt;
        trace.MayComeAgain = trace.IsRefusedLate && trace.Holder is { } before && string.Equals(before.Client, session.Client, StringComparison.Ordinal);
        trace.IsRefusedLate = false;
        trace.Holder = session;
        session.Records.Add((partition, trace));
        if (world.IsDisturbed || session.MayBeOver(world.At) || world.HasFaultSince(handedAfter) || trace.HandedTime + world.Rules.AckTimeout <= world.Now)
        {
            return;
        }

        var held = partition.Hold(trace, session, world.Now - world.Rules.AckTimeout);
        if (held > world.Rules.MaxInFlight)
        {
            world.Violate("I11", $"{partition.Id}: clients of {session.Gateway} have {held} records, more than {world.Rules.MaxInFlight}");
        }
    }

    private static int Index(long[] offsets, long first)
    {
        var index = Array.BinarySearch(offsets, first);
        return index < 0 ? ~index : index;
    }
}
