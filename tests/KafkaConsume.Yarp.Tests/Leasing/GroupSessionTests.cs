using FsCheck;
using FsCheck.Fluent;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.Leasing;

public sealed class GroupSessionTests
{
    private static readonly TimeSpan AckTimeout = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();
    private int _woken;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(KafkaGroupDistribution.Partition)]
    [InlineData(KafkaGroupDistribution.Record)]
    public void AnyOrderOfEvents_RecordsAreInOneHandAndInOrderAndNoneIsLost(KafkaGroupDistribution distribution) =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Kind, byte A, byte B)[]>(), steps =>
        {
            var model = new SessionModel(distribution);
            foreach (var (kind, a, b) in steps)
            {
                model.Step(kind, a, b);
            }

            model.Finish();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(150).WithReplay(23, 1));

    [Fact]
    public void Enter_SeveralStreams_PartitionsAreDealtEvenly()
    {
        var ledger = CreateLedger(partitions: 7);
        var sessions = Enumerable.Range(0, 3).Select(_ => Enter(ledger)).ToArray();

        var taken = sessions.Select(session => TakeAll(session).Select(record => record.Tracked.Partition.Id.Partition.Value).Distinct().ToArray()).ToArray();

        taken.Select(partitions => partitions.Length).Should().BeEquivalentTo([3, 2, 2]);
        taken.SelectMany(partitions => partitions).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Enter_MoreStreamsThanPartitions_SomeHaveNothingUntilOthersEnd()
    {
        var ledger = CreateLedger(partitions: 1);
        var first = Enter(ledger);
        var second = Enter(ledger);
        var taken = TakeAll(first);
        TakeAll(second).Should().BeEmpty();

        first.Dispose();

        _woken.Should().Be(1);
        var again = TakeAll(second);
        again.Select(record => (record.Tracked.Offset, record.Attempt)).Should().Equal(taken.Select(record => (record.Tracked.Offset, 2)));
    }

    [Fact]
    public void Enter_WhileAClientHasRecords_APartitionMovesOnlyWhenItHasNoneOfThem()
    {
        var ledger = CreateLedger(partitions: 2);
        var first = Enter(ledger);
        var taken = TakeAll(first);
        var second = Enter(ledger);
        TakeAll(second).Should().BeEmpty("the first client may still be at work on both");
        ledger.Receive(10, 5, 0);
        ledger.Receive(10, 5, 1);
        var moving = ledger.Use(all => all.Owned.Single(partition => partition.IsLeaving));

        TakeAll(first).Should().OnlyContain(record => record.Tracked.Partition != moving, "what is to move gives nothing more");
        var last = taken.Where(record => record.Tracked.Partition == moving).ToArray();
        Ack(first, last[..^1]);
        TakeAll(second).Should().BeEmpty();
        Ack(first, last[^1]);

        TakeAll(second).Select(record => record.Tracked.Offset).Should().Equal(10, 11, 12, 13, 14);
    }

    [Fact]
    public void Enter_WhileAClientHasRecordsForTooLong_ThePartitionMovesWithThem()
    {
        var ledger = CreateLedger(partitions: 2);
        var first = Enter(ledger);
        TakeAll(first);
        var second = Enter(ledger);
        TakeAll(second).Should().BeEmpty();

        _time.Advance(AckTimeout);
        ledger.Sweep();

        TakeAll(second).Select(record => (record.Tracked.Offset, record.Attempt)).Should().Equal(Enumerable.Range(0, 10).Select(offset => ((long)offset, 2)));
    }

    [Fact]
    public void Dispose_WithRecordsThatWereNeverWritten_DoesNotCountThemAsHandedOut()
    {
        var ledger = CreateLedger(partitions: 1, records: 0);
        var first = Enter(ledger);
        first.Take().Should().BeEmpty();
        ledger.Receive(0, 3);
        _woken.Should().Be(1);

        first.Dispose();

        TakeAll(Enter(ledger)).Select(record => (record.Tracked.Offset, record.Attempt)).Should().Equal((0, 1), (1, 1), (2, 1));
    }

    [Theory]
    [InlineData(KafkaGroupDistribution.Partition)]
    [InlineData(KafkaGroupDistribution.Record)]
    public void Cut_ARecordThatKillsClients_IsGivenUpAndThoseBesideItAreNot(KafkaGroupDistribution distribution)
    {
        const long poison = 3;
        var ledger = CreateLedger(partitions: 1, rules: Rules() with { MaxDeliveries = 4, Distribution = distribution });
        var acked = new List<long>();
        for (var client = 0; client < 4; client++)
        {
            var session = Enter(ledger);
            while (session.Take() is { Length: > 0 } records && !records.Any(record => record.Tracked.Offset == poison))
            {
                Ack(session, records);
                acked.AddRange(records.Select(record => record.Tracked.Offset));
            }

            session.Cut();
        }

        acked.AddRange(TakeAll(Enter(ledger)).Select(record => record.Tracked.Offset));

        var given = ledger.Use(all => all.TakeGivenUp());
        (given?.Offset, given?.Attempts, given?.Reason).Should().Be((poison, 4, RecordFailures.Cut));
        ledger.Use(all => all.TakeGivenUp()).Should().BeNull();
        acked.Order().Should().Equal([0, 1, 2, 4], "the next suspect is acknowledged before others follow");
    }

    [Fact]
    public void Take_RecordsAreShared_ASuspectGoesToTheClientThatHasNothingElse()
    {
        var ledger = CreateLedger(
            partitions: 1, records: 1, rules: Rules() with { MaxDeliveries = 2, Distribution = KafkaGroupDistribution.Record });
        var busy = Enter(ledger);
        var killed = Enter(ledger);
        killed.Take().Should().ContainSingle();
        ledger.Receive(1, 1);
        var work = TakeAll(busy);
        work.Select(record => record.Tracked.Offset).Should().Equal(1);

        killed.Cut();
        ledger.Receive(2, 1);

        TakeAll(busy).Should().BeEmpty("it is at work on another record");
        TakeAll(Enter(ledger)).Select(record => record.Tracked.Offset).Should().Equal([0L], "and nothing comes with it");
        TakeAll(busy).Select(record => record.Tracked.Offset).Should().Equal([2L], "the others go on");
    }

    [Fact]
    public void TakeBack_WhatWasTakenAndNotWritten_DoesNotCount()
    {
        var ledger = CreateLedger(partitions: 1, records: 1, rules: Rules() with { MaxDeliveries = 1 });
        for (var client = 0; client < 5; client++)
        {
            var session = Enter(ledger);
            session.TakeBack(session.Take());
            session.Cut();
        }

        TakeAll(Enter(ledger)).Should().ContainSingle().Which.Attempt.Should().Be(1);
        ledger.Use(all => all.TakeGivenUp()).Should().BeNull();
    }

    [Fact]
    public void Take_AsManyAsTheClientMayHave_ThenWaitsForAcks()
    {
        var ledger = CreateLedger(partitions: 1, rules: Rules() with { ClientMaxInFlight = 4 });
        var session = Enter(ledger);
        var taken = session.Take();
        taken.Select(record => record.Tracked.Offset).Should().Equal(0, 1, 2, 3);
        session.Take().Should().BeEmpty();

        Ack(session, taken[2]);

        _woken.Should().Be(1);
        session.Take().Select(record => record.Tracked.Offset).Should().Equal(4);
        ledger.Use(all => all.Find(Records.Partition())!.InFlight).Should().Be(0, "what streams have is limited for each of them");
    }

    [Fact]
    public void Take_AsManyBytesAsTheClientMayHave_AndOneRecordHoweverLarge()
    {
        var ledger = CreateLedger(partitions: 1, records: 0, rules: Rules() with { ClientMaxInFlightBytes = 250 });
        ledger.Receive(0, 5, size: 100);
        ledger.Receive(5, 2, size: 1_000);
        var session = Enter(ledger);

        var taken = session.Take();
        taken.Should().HaveCount(2);
        Ack(session, taken);
        Ack(session, session.Take());
        session.Take().Should().ContainSingle("room for 250 bytes").Which.Tracked.Offset.Should().Be(4);
        session.Take().Should().ContainSingle().Which.Tracked.Offset.Should().Be(5, "there is room, and a record has to go whole");
        session.Take().Should().BeEmpty();
    }

    [Fact]
    public void Take_RecordsAreShared_ThoseWhoWaitGetAboutTheSame()
    {
        var ledger = CreateLedger(partitions: 1, records: 0, rules: Rules() with { Distribution = KafkaGroupDistribution.Record });
        var sessions = Enumerable.Range(0, 3).Select(_ => Enter(ledger)).ToArray();
        sessions.Should().OnlyContain(session => session.Take().Length == 0);

        ledger.Receive(0, 30);

        var taken = sessions.Select(session => session.Take()).ToArray();
        taken.Should().OnlyContain(records => records.Length == 10);
        taken.SelectMany(records => records).Select(record => record.Tracked.Offset).Should().BeEquivalentTo(Enumerable.Range(0, 30));
    }

    [Fact]
    public void Take_RecordsAreShared_ThoseWithoutRoomLeaveTheirsToOthers()
    {
        var ledger = CreateLedger(
            partitions: 1, records: 0, rules: Rules() with { Distribution = KafkaGroupDistribution.Record, ClientMaxInFlight = 5 });
        var slow = Enter(ledger);
        var quick = Enter(ledger);
        ledger.Receive(0, 10);
        TakeAll(slow).Should().HaveCount(5);
        TakeAll(quick).Should().HaveCount(5);
        ledger.Receive(10, 5);
        Ack(quick, [.. quick.Holder.Records.Select(record => new HandedRecord(record, record.Record!, record.Attempts))]);

        TakeAll(quick).Select(record => record.Tracked.Offset).Should().Equal(10, 11, 12, 13, 14);
        TakeAll(slow).Should().BeEmpty();
    }

    [Fact]
    public async Task Take_BesideRequests_TheyGetWhatNoStreamHasBeenDealt()
    {
        var ledger = CreateLedger(partitions: 2);
        var session = Enter(ledger);
        (await ledger.TakeAsync(100, 1_000_000, TimeSpan.Zero, "bob", Token)).Records.Should().BeEmpty();
        TakeAll(session).Should().HaveCount(20);
        var waiting = ledger.TakeAsync(100, 1_000_000, TimeSpan.FromMinutes(5), "bob", Token).AsTask();
        waiting.IsCompleted.Should().BeFalse();

        session.Dispose();

        (await waiting).Records.Should().NotBeEmpty();
    }

    [Fact]
    public async Task Take_RecordsAreShared_RequestsGetSomeToo()
    {
        var ledger = CreateLedger(partitions: 1, rules: Rules() with { Distribution = KafkaGroupDistribution.Record });
        var session = Enter(ledger);
        var batch = await ledger.TakeAsync(4, 1_000_000, TimeSpan.Zero, "bob", Token);

        batch.Offsets().Should().Equal(0, 1, 2, 3);
        TakeAll(session).Select(record => record.Tracked.Offset).Should().Equal(4, 5, 6, 7, 8, 9);
    }

    [Fact]
    public void Take_WithoutPermits_GivesNothing()
    {
        var ledger = CreateLedger(partitions: 1, records: 30);
        var session = new GroupSession(ledger, "ada", needsPermits: true, () => _woken++);
        session.Enter();
        session.Take().Should().BeEmpty();

        session.Permit(3, 5);

        _woken.Should().Be(1);
        session.Take().Length.Should().Be(3);
        session.Permit(2, 5);
        session.Permit(1, 5);
        TakeAll(session).Length.Should().Be(3);
        session.Permit(4, 5);
        session.Permit(4, 5);
        session.Permit(4, 5);
        TakeAll(session).Length.Should().Be(4 + 5, "four were delivered at once, and no more than five are kept");
    }

    [Fact]
    public void Sent_WhereClientsCommit_SettlesAndCommitsWhatTheySay()
    {
        var ledger = CreateLedger(partitions: 1, rules: new DeliveryRules(KafkaCommitStrategy.Off));
        var session = Enter(ledger);
        var taken = session.Take();
        session.Sent(taken[..4]);

        session.Acknowledge(Commit(3)).Outcome.Problem.Should().BeNull();
        session.Acknowledge(Commit(10)).Outcome.Problem!.Type.Should().Be("unknown-record");

        ledger.Use(all => all.Commits.Take(atOnce: true)).Should().ContainSingle().Which.Offset.Offset.Value.Should().Be(4);
        var other = Enter(ledger);
        other.Acknowledge(Commit(3)).Outcome.Problem!.Type.Should().Be("unknown-record", "it was not handed to this client");
    }

    [Fact]
    public void Arrived_WhereNothingIsAcknowledged_SettlesAndNotBefore()
    {
        var ledger = CreateLedger(partitions: 1, rules: new DeliveryRules(KafkaCommitStrategy.Auto));
        var session = Enter(ledger);
        var taken = session.Take();
        session.Sent(taken);
        CommitOffset(ledger).Should().Be(0);

        session.Arrived(taken[..6]);

        CommitOffset(ledger).Should().Be(6);
        session.Dispose();
        TakeAll(Enter(ledger)).Select(record => (record.Tracked.Offset, record.Attempt)).Should().Equal((6, 2), (7, 2), (8, 2), (9, 2));
    }

    [Fact]
    public void Acknowledge_WhatAnotherStreamOfTheSameUserHas_IsRefused()
    {
        var ledger = CreateLedger(partitions: 2);
        var first = Enter(ledger);
        var second = Enter(ledger);
        var taken = TakeAll(first);
        TakeAll(second).Should().NotBeEmpty();
        var id = new RecordId(taken[0].Tracked.Partition.Id, taken[0].Tracked.Offset);

        foreach (var message in (AckMessage[])
                 [
                     new AckMessage(AckKind.Ack) { Records = [id] },
                     new AckMessage(AckKind.Nack) { Records = [id] },
                     new AckMessage(AckKind.Ack) { Records = [id], IsCumulative = true },
                     new AckMessage(AckKind.Ack) { Batch = "AAAAAAAAAAAAAAAAAAAAAA" },
                 ])
        {
            second.Acknowledge(message).Outcome.Problem!.Type.Should().Be("stale-ack");
        }

        ledger.Acknowledge(new AckMessage(AckKind.Ack) { Records = [id] }, "eve").Outcome.Problem!.Type.Should().Be("stale-ack");
        ledger.Acknowledge(new AckMessage(AckKind.Ack) { Records = [id] }, "ada").Outcome.Problem.Should().BeNull("a request speaks for its user");
        ledger.Acknowledge(new AckMessage(AckKind.Ack) { Records = [id with { Offset = 3 }], IsCumulative = true }, "ada").Outcome.Problem.Should().BeNull();
        ledger.Use(all => all.Find(id.Partition)!.Tracker.CommitOffset).Should().Be(4);
    }

    [Fact]
    public void Acknowledge_AfterTheTimeIsUpAndTheRecordCameAgain_IsAboutTheNewTime()
    {
        var ledger = CreateLedger(partitions: 1, records: 1);
        var session = Enter(ledger);
        var taken = session.Take();
        _time.Advance(AckTimeout);
        ledger.Sweep();
        session.Take().Should().ContainSingle().Which.Attempt.Should().Be(2);
        _time.Advance(AckTimeout - TimeSpan.FromSeconds(1));

        session.Sent(taken);
        _time.Advance(TimeSpan.FromSeconds(1));
        ledger.Sweep();

        session.Take().Should().ContainSingle("what was written late is not what the client has now").Which.Attempt.Should().Be(3);
    }

    [Fact]
    public void Lose_APartition_ItIsDealtAnewWhenItComesBack()
    {
        var ledger = CreateLedger(partitions: 3);
        var first = Enter(ledger);
        var second = Enter(ledger);
        var taken = TakeAll(first).Concat(TakeAll(second)).ToArray();
        taken.Should().HaveCount(30);
        ledger.Use(all => all.Lose([Records.Partition(0), Records.Partition(1)]));
        var lost = new RecordId(Records.Partition(0), 0);
        first.Acknowledge(new AckMessage(AckKind.Ack) { Records = [lost] }).Outcome.Problem!.Type.Should().Be("stale-ack");

        ledger.Use(all => all.Assign([Records.Start(0), Records.Start(1)]));
        ledger.Receive(0, 2, 0);
        ledger.Receive(0, 2, 1);

        TakeAll(first).Concat(TakeAll(second)).Should().HaveCount(4);
        var owners = ledger.Use(all => all.Owned.Select(partition => partition.Session).ToArray());
        owners.GroupBy(owner => owner).Select(owned => owned.Count()).Should().BeEquivalentTo([2, 1]);
    }

    [Fact]
    public void Pause_NothingIsHandedOutAndWhatTheClientHasMayBeSettled()
    {
        var ledger = CreateLedger(partitions: 1, records: 2);
        var session = Enter(ledger);
        var taken = TakeAll(session);
        session.Pause();
        ledger.Receive(2, 3);
        var empty = session.WhenEmptyAsync();
        empty.IsCompleted.Should().BeFalse();

        Ack(session, taken);

        empty.IsCompleted.Should().BeTrue();
        session.Holder.Records.Should().BeEmpty();
        CommitOffset(ledger).Should().Be(2);
    }

    [Fact]
    public void Stop_WhileAStreamWaits_HandsOutNothingMore()
    {
        var ledger = CreateLedger(partitions: 1, records: 0);
        var session = Enter(ledger);
        ledger.Receive(0, 1);
        session.Take().Should().HaveCount(1);
        session.Take().Should().BeEmpty();
        ledger.HasHolders.Should().BeTrue("the group is not left while a client has records");

        ledger.Stop();
        ledger.Receive(1, 5);

        session.Take().Should().BeEmpty();
        session.Dispose();
        session.Dispose();
        ledger.HasHolders.Should().BeFalse();
    }

    private static DeliveryRules Rules() => new(KafkaCommitStrategy.ClientAcks) { AckTimeout = AckTimeout, ClientMaxInFlight = 100 };

    private static AckMessage Commit(long last) =>
        new(AckKind.Commit) { Records = [new RecordId(Records.Partition(), last)], IsCumulative = true };

    private static void Ack(GroupSession session, params HandedRecord[] records) => session.Acknowledge(new AckMessage(AckKind.Ack)
    {
        Records = [.. records.Select(record => new RecordId(record.Tracked.Partition.Id, record.Tracked.Offset))],
    }).Outcome.Problem.Should().BeNull();

    private static HandedRecord[] TakeAll(GroupSession session)
    {
        List<HandedRecord> all = [];
        while (session.Take() is { Length: > 0 } records)
        {
            all.AddRange(records);
        }

        return [.. all];
    }

    private static long CommitOffset(GroupLedger ledger) => ledger.Use(all => all.Find(Records.Partition())!.Tracker.CommitOffset);

    private GroupSession Enter(GroupLedger ledger)
    {
        var session = new GroupSession(ledger, "ada", needsPermits: false, () => _woken++);
        session.Enter();
        return session;
    }

    private GroupLedger CreateLedger(int partitions, int records = 10, DeliveryRules? rules = null)
    {
        var ledger = new GroupLedger(rules ?? Rules(), _time);
        for (var partition = 0; partition < partitions; partition++)
        {
            ledger.Use(all => all.Assign([Records.Start(partition)]));
            ledger.Receive(0, records, partition);
        }

        return ledger;
    }
}
