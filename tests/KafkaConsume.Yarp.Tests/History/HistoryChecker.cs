using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.History;

/// <summary>
/// Says what in a history breaks the promises of group delivery. A pure function; what it cannot know for sure, it lets pass.
/// </summary>
/// <remarks>
/// I1 nothing is lost, and nothing comes that was not produced; I2 in order and without gaps; I3 commits are never ahead of acknowledgements;
/// I4 everything is committed in the end; I5 commits never go back; I6 what a 200 says is committed never comes again; I7 nothing comes again
/// without a cause, nor more of it than the window; I8 a record has one owner; I9 whoever takes over begins at what is committed; I10 nobody gets
/// what is not his; I11 limits hold; I12 nobody waits in vain while there are records.
/// </remarks>
internal static class HistoryChecker
{
    public const int MaxViolations = 100;

    /// <returns>All violations in plain words, at most <see cref="MaxViolations"/>; none if the history is good.</returns>
    public static IReadOnlyList<string> Check(IReadOnlyList<HistoryEvent> events, HistoryRules rules)
    {
        var world = new HistoryWorld(events, rules);
        var deliveries = new DeliveryCheck(world);
        var words = new AckCheck(world);
        for (var at = 0; at < events.Count && world.Violations.Count < MaxViolations; at++)
        {
            world.At = at;
            switch (events[at])
            {
                case HistoryEvent.Fault:
                    world.BeginFault();
                    break;
                case HistoryEvent.TookOver start:
                    CheckTakeover(world, start);
                    break;
                case HistoryEvent.GaveUp end:
                    world[end.Partition].Owners.Remove(end.Gateway);
                    break;
                case HistoryEvent.SessionStarted started:
                    world.Sessions.Add(started.Session, new HistorySession(started, world.AliveAfter.GetValueOrDefault(started.Session, int.MaxValue)));
                    break;
                case HistoryEvent.SessionEnded ended:
                    DeliveryCheck.End(world.Sessions[ended.Session]);
                    break;
                case HistoryEvent.Rewound back:
                    world.Sessions[back.Session].Last[back.Partition] = (back.Offset - 1, at);
                    break;
                case HistoryEvent.Delivered delivered:
                    deliveries.Check(delivered);
                    break;
                case HistoryEvent.CameEmpty empty:
                    deliveries.Check(empty);
                    break;
                case HistoryEvent.Said said:
                    words.Check(said);
                    break;
                case HistoryEvent.Answered answered:
                    words.Check(answered);
                    break;
                case HistoryEvent.GivenUp given:
                    words.Check(given);
                    break;
                case HistoryEvent.DeadLetters letters:
                    CheckDeadLetters(world, letters);
                    break;
                case HistoryEvent.Committed committed:
                    CheckCommit(world, world[committed.Partition], committed.Offset);
                    break;
                case HistoryEvent.Sought sought:
                    (world[sought.Partition].Committed, world[sought.Partition].Passed) = (sought.Offset, int.MaxValue);
                    break;
                case HistoryEvent.Measured { Value: var value, Limit: var limit } measured when value > limit:
                    world.Violate("I11", FormattableString.Invariant($"{measured.What} is {value}, more than {limit}"));
                    break;
                case HistoryEvent.Quiet quiet:
                    CheckEnd(world, quiet);
                    break;
            }
        }

        return world.Violations;
    }

    private static void CheckTakeover(HistoryWorld world, HistoryEvent.TookOver start)
    {
        var partition = world[start.Partition];
        partition.TakeOver(start.Gateway, world.At, isAlone: !world.Rules.MayHaveTwoOwners);
        if (start.Offset >= 0 && partition.Committed >= 0 && partition.Committed != start.Offset)
        {
            world.Violate("I9", $"{start.Gateway} begins to read {start.Partition} at {start.Offset}, but {partition.Committed} is committed");
        }
    }

    private static void CheckCommit(HistoryWorld world, PartitionTrace partition, long offset)
    {
        if (offset < partition.Committed)
        {
            world.Violate("I5", $"{partition.Id}: committed went back from {partition.Committed} to {offset}");
        }

        if (world.Ends.TryGetValue(partition.Id, out var end) && offset > end)
        {
            world.Violate("I3", $"{partition.Id}: committed {offset}, but the partition ends at {end}");
        }

        partition.Committed = offset;
        for (; partition.Passed < partition.Produced.Length && partition.Produced[partition.Passed] < offset; partition.Passed++)
        {
            var passed = partition.Produced[partition.Passed];
            if (partition[passed] is { AckedAt: RecordTrace.Never } record && record.GivenUpAt > world.At)
            {
                world.Violate("I3", $"{partition.Id}: committed {offset}, but nobody has acknowledged {passed}");
            }
        }
    }

    private static void CheckDeadLetters(HistoryWorld world, HistoryEvent.DeadLetters letters)
    {
        foreach (var letter in letters.Records)
        {
            world.DeadLetters[letter.Id] = world.DeadLetters.GetValueOrDefault(letter.Id) + 1;
            var record = world[letter.Partition][letter.Offset];
            if (!record.IsProduced || record.Hash != letter.Hash)
            {
                world.Violate("I1", $"{letter.Partition} {letter.Offset} is among the dead letters, but was not produced like that");
            }
            else if (world.Rules.MaxDeliveries == 0 || letter.Attempt < world.Rules.MaxDeliveries)
            {
                world.Violate("I7", $"{letter.Partition} {letter.Offset} became a dead letter after {letter.Attempt} attempts");
            }
        }
    }

    private static void CheckEnd(HistoryWorld world, HistoryEvent.Quiet quiet)
    {
        foreach (var end in quiet.Ends.Where(end => world[end.TopicPartition].Committed != end.Offset.Value))
        {
            world.Violate("I4", $"{end.TopicPartition}: committed {world[end.TopicPartition].Committed} in the end, not {end.Offset.Value}");
        }

        foreach (var partition in world.Partitions)
        {
            foreach (var (offset, record) in partition.Records.Where(record => record.Value.IsProduced))
            {
                if (record.IsGivenUp)
                {
                    if (record.IsDeadLetter && !world.DeadLetters.ContainsKey(new RecordId(partition.Id, offset)))
                    {
                        world.Violate("I1", $"{partition.Id} {offset} was given up for a dead letter, and is not among them");
                    }
                }
                else if (record.DeliveredAt < 0)
                {
                    world.Violate("I1", $"{partition.Id} {offset} came to nobody");
                }
                else if (record.AckedAt == RecordTrace.Never)
                {
                    world.Violate("I1", $"{partition.Id} {offset} came, was not acknowledged, and never came again");
                }
            }
        }
    }
}
