using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.Leasing;

public sealed class AckDeskTests
{
    private static readonly TimeSpan AckTimeout = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ack_RecordsInAnyOrder_CommitsUpToTheFirstThatIsMissing()
    {
        var ledger = CreateLedger();
        await TakeAsync(ledger, 5);

        Ack(ledger, "ada", 3, 1).Should().BeNull();
        CommitOffset(ledger).Should().Be(0);
        Ack(ledger, "ada", 0).Should().BeNull();
        CommitOffset(ledger).Should().Be(2);
        Ack(ledger, "ada", 2).Should().BeNull();

        CommitOffset(ledger).Should().Be(4);
    }

    [Fact]
    public async Task Ack_Twice_IsFine()
    {
        var ledger = CreateLedger();
        await TakeAsync(ledger, 3);

        Ack(ledger, "ada", 1, 1, 0).Should().BeNull();
        Ack(ledger, "ada", 1, 0).Should().BeNull();

        CommitOffset(ledger).Should().Be(2);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(long.MaxValue)]
    public async Task Ack_OfWhatWasNeverHandedOut_IsUnknown(long offset)
    {
        var ledger = CreateLedger();
        await TakeAsync(ledger, 5);

        Ack(ledger, "ada", offset).Should().Be("unknown-record");
        Apply(ledger, "ada", new AckMessage(AckKind.Ack) { Records = [Id(offset)], IsCumulative = true }).Should().Be("unknown-record");

        CommitOffset(ledger).Should().Be(0);
        ledger.Use(all => all.Custody.Leased).Should().Be(5);
    }

    [Fact]
    public async Task Ack_OfAHole_IsUnknown()
    {
        var ledger = new GroupLedger(Rules(), _time);
        ledger.Use(all => all.Assign([Records.Start()]));
        ledger.Receive(0, 1);
        ledger.Receive(7, 1);
        await TakeAsync(ledger, 5);

        Ack(ledger, "ada", 3).Should().Be("unknown-record");
    }

    [Fact]
    public async Task Ack_ByAnotherUser_IsRefusedAndSettlesNothing()
    {
        var ledger = CreateLedger();
        var batch = await TakeAsync(ledger, 5);

        Ack(ledger, "eve", 0).Should().Be("stale-ack");
        Ack(ledger, null, 0).Should().Be("stale-ack");
        Apply(ledger, "eve", new AckMessage(AckKind.Ack) { Batch = batch.Id }).Should().Be("stale-ack");
        Apply(ledger, "eve", new AckMessage(AckKind.Nack) { Batch = batch.Id }).Should().Be("stale-ack");
        Apply(ledger, "eve", new AckMessage(AckKind.Ack) { Records = [Id(4)], IsCumulative = true }).Should().Be("stale-ack");

        CommitOffset(ledger).Should().Be(0);
        ledger.Use(all => all.Custody.Leased).Should().Be(5);
    }

    [Fact]
    public async Task Ack_SomeOfItRefused_DoesTheRest()
    {
        var ledger = CreateLedger();
        await TakeAsync(ledger, 3);

        var outcome = ledger.Acknowledge(new AckMessage(AckKind.Ack) { Records = [Id(0), Id(8), Id(1)] }, "ada").Outcome;

        outcome.Problem!.Type.Should().Be("unknown-record");
        outcome.Refused.Should().Equal(Id(8));
        CommitOffset(ledger).Should().Be(2);
    }

    [Fact]
    public async Task Ack_AfterTheTimeIsUp_IsStaleThoughNobodyElseHasIt()
    {
        var ledger = CreateLedger();
        var batch = await TakeAsync(ledger, 2);
        _time.Advance(AckTimeout);
        ledger.Sweep();

        Ack(ledger, "ada", 0).Should().Be("stale-ack");
        Apply(ledger, "ada", new AckMessage(AckKind.Ack) { Batch = batch.Id }).Should().Be("stale-ack");
        Apply(ledger, "ada", new AckMessage(AckKind.Ack) { Records = [Id(1)], IsCumulative = true }).Should().Be("stale-ack");

        CommitOffset(ledger).Should().Be(0);
        (await TakeAsync(ledger, 2)).AttemptOf(0).Should().Be(2);
    }

    [Fact]
    public async Task Ack_AfterThePartitionCameBack_IsRefused()
    {
        var ledger = CreateLedger();
        var batch = await TakeAsync(ledger, 2);
        ledger.Use(all => all.Lose([Records.Partition()]));
        ledger.Use(all => all.Assign([Records.Start()]));
        ledger.Receive(0, 10);

        Apply(ledger, "ada", new AckMessage(AckKind.Ack) { Batch = batch.Id }).Should().Be("stale-ack");
        Ack(ledger, "ada", 0).Should().Be("unknown-record", "this ownership has not handed it out");

        CommitOffset(ledger).Should().Be(0);
    }

    [Fact]
    public async Task Ack_OfAPartitionThatIsNotHere_IsAnotherReplicas()
    {
        var ledger = CreateLedger();
        await TakeAsync(ledger, 2);

        Apply(ledger, "ada", new AckMessage(AckKind.Ack) { Records = [new RecordId(new TopicPartition("orders", 7), 0)] }).Should().Be("not-owner");
    }

    [Fact]
    public async Task Ack_OfAPartitionThatHasGone_IsStaleForWhatWasHandedOutHereAndAnotherReplicasElse()
    {
        var ledger = new GroupLedger(Rules(), _time);
        ledger.Use(all => all.Assign([Records.Start()]));
        ledger.Receive(3, 10);
        await TakeAsync(ledger, 2);
        ledger.Use(all => all.Lose([Records.Partition()]));

        foreach (var isCumulative in (bool[])[false, true])
        {
            Says(2, isCumulative).Should().Be("not-owner");
            Says(3, isCumulative).Should().Be("stale-ack");
            Says(4, isCumulative).Should().Be("stale-ack");
            Says(5, isCumulative).Should().Be("not-owner", "that was read here, and not handed out");
        }

        // What an ownership has not handed out says nothing about what clients have of the one before.
        ledger.Use(all => all.Assign([Records.Start()]));
        ledger.Use(all => all.Lose([Records.Partition()]));
        Says(4, isCumulative: false).Should().Be("stale-ack");

        string? Says(long offset, bool isCumulative) =>
            Apply(ledger, "ada", new AckMessage(AckKind.Ack) { Records = [Id(offset)], IsCumulative = isCumulative });
    }

    [Fact]
    public async Task Commit_OfAPartitionThatHasGone_IsStaleForWhatWasHandedOutHere()
    {
        var ledger = CreateLedger(Rules() with { CommitStrategy = KafkaCommitStrategy.Off });
        (await TakeAsync(ledger, 2)).Complete();
        ledger.Use(all => all.Lose([Records.Partition()]));

        Apply(ledger, "ada", new AckMessage(AckKind.Commit) { Records = [Id(1)] }).Should().Be("stale-ack");
        Apply(ledger, "ada", new AckMessage(AckKind.Commit) { Records = [Id(2)] }).Should().Be("not-owner");
    }

    [Theory]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "not-owner")]
    [InlineData("replica1AAAAAAAAAAAAAAAAAAAAAAAA", "stale-ack")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!", "stale-ack")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA", "stale-ack")]
    [InlineData("", "stale-ack")]
    public async Task Ack_OfABatchThatIsNotHere_IsAnotherReplicasIfItIsNamedSo(string batch, string problem)
    {
        var ledger = CreateLedger(Rules() with { ReplicaMark = "replica1" });
        (await TakeAsync(ledger, 2)).Id.Should().StartWith("replica1").And.HaveLength(32);

        Apply(ledger, "ada", new AckMessage(AckKind.Ack) { Batch = batch }).Should().Be(problem);
    }

    [Fact]
    public async Task Through_SettlesWhatThisUserHasUpToThere()
    {
        var ledger = CreateLedger();
        await TakeAsync(ledger, 3);
        await TakeAsync(ledger, 2, user: "bob");
        await TakeAsync(ledger, 3);

        Apply(ledger, "ada", new AckMessage(AckKind.Ack) { Records = [Id(6)], IsCumulative = true }).Should().BeNull();
        CommitOffset(ledger).Should().Be(3, "bob still has two");
        Apply(ledger, "bob", new AckMessage(AckKind.Commit) { Records = [Id(4)], IsCumulative = true }).Should().BeNull();

        CommitOffset(ledger).Should().Be(7);
    }

    [Fact]
    public async Task Batch_Acknowledged_SettlesAllOfItAndMayBeSaidAgain()
    {
        var ledger = CreateLedger();
        var batch = await TakeAsync(ledger, 4);

        for (var times = 0; times < 3; times++)
        {
            Apply(ledger, "ada", new AckMessage(AckKind.Ack) { Batch = batch.Id }).Should().BeNull();
        }

        CommitOffset(ledger).Should().Be(4);
        Apply(ledger, "ada", new AckMessage(AckKind.Nack) { Batch = batch.Id }).Should().Be("stale-ack", "it is too late to refuse it");
        Apply(ledger, "eve", new AckMessage(AckKind.Ack) { Batch = batch.Id }).Should().Be("stale-ack");
    }

    [Fact]
    public async Task Batch_SettledLongAgo_IsForgotten()
    {
        var ledger = CreateLedger();
        var batch = await TakeAsync(ledger, 4);
        Apply(ledger, "ada", new AckMessage(AckKind.Ack) { Batch = batch.Id }).Should().BeNull();

        _time.Advance(AckTimeout);
        ledger.Sweep();

        Apply(ledger, "ada", new AckMessage(AckKind.Ack) { Batch = batch.Id }).Should().Be("stale-ack");
    }

    [Fact]
    public async Task Batch_SettledBeforeTheAnswerWasWrittenInWhole_StaysSettled()
    {
        var ledger = CreateLedger();
        var batch = await TakeAsync(ledger, 4);
        Apply(ledger, "ada", new AckMessage(AckKind.Ack) { Batch = batch.Id }).Should().BeNull();

        batch.Complete().Should().BeTrue();
        batch.Return();

        CommitOffset(ledger).Should().Be(4);
        ledger.HandedOut.Should().Be(0);
        (await TakeAsync(ledger, 10)).Offsets().Should().Equal(4, 5, 6, 7, 8, 9);
    }

    [Fact]
    public async Task Batch_Refused_ComesAgainAfterItsDelay()
    {
        var ledger = CreateLedger();
        var batch = await TakeAsync(ledger, 4);

        Apply(ledger, "ada", new AckMessage(AckKind.Nack) { Batch = batch.Id, Delay = TimeSpan.FromSeconds(5) }).Should().BeNull();

        (await TakeAsync(ledger, 10)).Offsets().Should().Equal(4, 5, 6, 7, 8, 9);
        _time.Advance(TimeSpan.FromSeconds(5));
        ledger.Sweep();
        (await TakeAsync(ledger, 10)).Offsets().Should().Equal(0, 1, 2, 3);
    }

    [Fact]
    public async Task Batch_OneRecordRefusedAndTheRestAcknowledged_IsSettled()
    {
        var ledger = CreateLedger();
        var batch = await TakeAsync(ledger, 4);

        Apply(ledger, "ada", new AckMessage(AckKind.Nack) { Records = [Id(2)] }).Should().BeNull();
        Apply(ledger, "ada", new AckMessage(AckKind.Ack) { Batch = batch.Id }).Should().BeNull();

        CommitOffset(ledger).Should().Be(2);
        var again = await TakeAsync(ledger, 1);
        again.Offsets().Should().Equal(2);
        again.AttemptOf(0).Should().Be(2);
    }

    [Fact]
    public async Task Batch_WrittenInPart_IsNotTheClientsAnyMore()
    {
        var ledger = CreateLedger();
        var batch = await TakeAsync(ledger, 4);
        batch.Return();

        Apply(ledger, "ada", new AckMessage(AckKind.Ack) { Batch = batch.Id }).Should().Be("stale-ack");

        var again = await TakeAsync(ledger, 4);
        again.Offsets().Should().Equal(0, 1, 2, 3);
        again.AttemptOf(3).Should().Be(2);
        again.Id.Should().NotBe(batch.Id);
    }

    [Fact]
    public async Task Batch_WrittenInPartAndAcknowledgedInPart_IsNotSettledByItsName()
    {
        var ledger = CreateLedger();
        var batch = await TakeAsync(ledger, 4);
        Ack(ledger, "ada", 0).Should().BeNull();
        batch.Return();

        Apply(ledger, "ada", new AckMessage(AckKind.Ack) { Batch = batch.Id }).Should().Be("stale-ack");

        (await TakeAsync(ledger, 4)).Offsets().Should().Equal(1, 2, 3, 4);
    }

    [Fact]
    public async Task Batch_Extended_KeepsItsRecords()
    {
        var ledger = CreateLedger();
        var batch = await TakeAsync(ledger, 2);
        _time.Advance(AckTimeout - TimeSpan.FromSeconds(1));
        Apply(ledger, "ada", new AckMessage(AckKind.Extend) { Batch = batch.Id }).Should().BeNull();

        _time.Advance(AckTimeout - TimeSpan.FromSeconds(1));
        ledger.Sweep();

        Apply(ledger, "ada", new AckMessage(AckKind.Ack) { Batch = batch.Id }).Should().BeNull();
        CommitOffset(ledger).Should().Be(2);
    }

    [Fact]
    public async Task Batch_PartOfItRevoked_SettlesTheRestAndSaysSo()
    {
        var ledger = CreateLedger(partitions: 2);
        var batch = await TakeAsync(ledger, 20);
        ledger.Use(all => all.Lose([Records.Partition(1)]));

        Apply(ledger, "ada", new AckMessage(AckKind.Ack) { Batch = batch.Id }).Should().Be("stale-ack");

        CommitOffset(ledger).Should().Be(10);
    }

    [Fact]
    public async Task Committed_AfterAnAck_IsTrueOnlyWhenKafkaHasIt()
    {
        var ledger = CreateLedger();
        await TakeAsync(ledger, 4);
        var (_, committed) = ledger.Acknowledge(new AckMessage(AckKind.Ack) { Records = [Id(0)] }, "ada");
        var (_, nothing) = ledger.Acknowledge(new AckMessage(AckKind.Ack) { Records = [Id(2)] }, "ada");
        committed.IsCompleted.Should().BeFalse();
        nothing.IsCompleted.Should().BeFalse("what it rests upon is not committed either");

        ledger.Use(all => all.Commits.Settle(all.Commits.Take(), [ErrorCode.NoError]));

        (await SoonAsync(committed)).Should().BeTrue();
        (await SoonAsync(nothing)).Should().BeTrue();
        ledger.Acknowledge(new AckMessage(AckKind.Ack) { Records = [Id(2)] }, "ada").Committed.IsCompleted.Should().BeTrue();
    }

    [Theory]
    [InlineData(ErrorCode.NoError, true)]
    [InlineData(ErrorCode.UnknownMemberId, false)]
    public async Task Committed_ThePartitionIsGivenUp_IsWhatKafkaSaidToTheLastCommit(ErrorCode error, bool expected)
    {
        var ledger = CreateLedger();
        await TakeAsync(ledger, 4);
        var (_, committed) = ledger.Acknowledge(new AckMessage(AckKind.Ack) { Records = [Id(0)] }, "ada");

        var last = ledger.Use(all => all.Revoke([Records.Partition()]));
        committed.IsCompleted.Should().BeFalse();
        ledger.Use(_ => PartitionLedger.Conclude(last, [error]));

        (await SoonAsync(committed)).Should().Be(expected);
    }

    [Fact]
    public async Task Committed_ThePartitionIsLost_IsFalse()
    {
        var ledger = CreateLedger();
        await TakeAsync(ledger, 4);
        var (_, committed) = ledger.Acknowledge(new AckMessage(AckKind.Ack) { Records = [Id(0)] }, "ada");

        ledger.Use(all => all.LoseAll());

        (await SoonAsync(committed)).Should().BeFalse();
    }

    [Fact]
    public async Task Commit_WhereNothingElseCommits_GoesAsFarAsTheClientSays()
    {
        var ledger = CreateLedger(new DeliveryRules(KafkaCommitStrategy.Off));
        (await TakeAsync(ledger, 6)).Complete();
        ledger.Use(all => all.Commits.Take(atOnce: true)).Should().BeEmpty();

        Apply(ledger, null, new AckMessage(AckKind.Commit) { Records = [Id(3)], IsCumulative = true }).Should().BeNull();
        var pending = ledger.Use(all => all.Commits.Take());

        pending.Should().ContainSingle().Which.Offset.Offset.Value.Should().Be(4);
        ledger.Use(all => all.Commits.Settle(pending, [ErrorCode.NoError]));
        Apply(ledger, null, new AckMessage(AckKind.Commit) { Records = [Id(1)], IsCumulative = true }).Should().BeNull();
        ledger.Use(all => all.Commits.Take()).Should().BeEmpty("a commit never goes back");
        Apply(ledger, null, new AckMessage(AckKind.Commit) { Records = [Id(6)], IsCumulative = true }).Should().Be("unknown-record");
    }

    [Fact]
    public async Task Commit_OfWhatIsStillBeingWritten_WaitsForIt()
    {
        var ledger = CreateLedger(new DeliveryRules(KafkaCommitStrategy.Off));
        var batch = await TakeAsync(ledger, 6);

        Apply(ledger, null, new AckMessage(AckKind.Commit) { Records = [Id(5)], IsCumulative = true }).Should().BeNull();
        ledger.Use(all => all.Commits.Take(atOnce: true)).Should().BeEmpty();
        batch.Complete();

        ledger.Use(all => all.Commits.Take(atOnce: true)).Should().ContainSingle().Which.Offset.Offset.Value.Should().Be(6);
    }

    [Fact]
    public async Task Leases_ManyBatches_AreForgottenOneByOne()
    {
        var ledger = new GroupLedger(Rules(), _time);
        ledger.Use(all => all.Assign([Records.Start()]));
        var ids = new List<string>();
        for (var offset = 0; offset < LeaseTable.MaxSettled + 1; offset++)
        {
            ledger.Receive(offset, 1);
            ids.Add((await TakeAsync(ledger, 1)).Id);
            Apply(ledger, "ada", new AckMessage(AckKind.Ack) { Batch = ids[^1] }).Should().BeNull();
        }

        ids.Should().OnlyHaveUniqueItems();
        Apply(ledger, "ada", new AckMessage(AckKind.Ack) { Batch = ids[0] }).Should().Be("stale-ack");
        Apply(ledger, "ada", new AckMessage(AckKind.Ack) { Batch = ids[1] }).Should().BeNull();
    }

    [Fact]
    public void Commit_OfTheBeginningByAClientThatWasHandedNothing_IsUnknown()
    {
        var ledger = new GroupLedger(new DeliveryRules(KafkaCommitStrategy.Off), _time);
        ledger.Use(all => all.Assign([new PartitionStart(Records.Partition(), 100, IsCommitted: false)]));
        ledger.Receive(100, 3);

        Apply(ledger, null, new AckMessage(AckKind.Commit) { Records = [Id(-1)], IsCumulative = true }).Should().Be("unknown-record");

        ledger.Use(all => all.Commits.IsEmpty).Should().BeTrue();
    }

    [Fact]
    public async Task Commit_ThatNamesAPartitionManyTimes_LooksOnceAtWhatItsClientHas()
    {
        var ledger = CreateLedger();
        ledger.Receive(10, 990);
        for (var count = 0; count < 1_000; count++)
        {
            await TakeAsync(ledger, 1);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Apply(ledger, "ada", new AckMessage(AckKind.Commit) { Records = [.. Enumerable.Repeat(Id(-1), 1_000)], IsCumulative = true }).Should().BeNull();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Apply(ledger, "ada", new AckMessage(AckKind.Commit) { Records = [Id(499), Id(2), Id(499)], IsCumulative = true }).Should().BeNull();

        allocated.Should().BeLessThan(1_000_000, "a client may have a thousand batches, and a message a thousand entries");
        CommitOffset(ledger).Should().Be(500);
    }

    private static Task<bool> SoonAsync(Task<bool> committed) => committed.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Token);

    private static DeliveryRules Rules() => new(KafkaCommitStrategy.ClientAcks) { AckTimeout = AckTimeout };

    private static RecordId Id(long offset) => new(Records.Partition(), offset);

    [Fact]
    public async Task Nack_WithoutADelay_WaitsLongerEachTime()
    {
        var ledger = CreateLedger(Rules() with { Backoff = TimeSpan.FromSeconds(1), BackoffMax = TimeSpan.FromSeconds(3) });
        foreach (var seconds in (int[])[0, 1, 2, 3, 3])
        {
            await TakeAsync(ledger, 1);
            Apply(ledger, "ada", new AckMessage(AckKind.Nack) { Records = [Id(0)] }).Should().BeNull();
            if (seconds > 0)
            {
                _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
                ledger.Sweep();
                (await TakeAsync(ledger, 1)).Offsets().Should().NotContain(0, $"it waits for {seconds} s");
                _time.Advance(TimeSpan.FromMilliseconds(1));
                ledger.Sweep();
            }
        }

        (await TakeAsync(ledger, 1)).Offsets().Should().Equal(0);
    }

    [Fact]
    public async Task Nack_WithADelay_WaitsAsLongAsTheClientSays()
    {
        var ledger = CreateLedger(Rules() with { Backoff = TimeSpan.FromSeconds(1), BackoffMax = TimeSpan.FromSeconds(30) });
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            (await TakeAsync(ledger, 1)).Offsets().Should().Equal(0);
            Apply(ledger, "ada", new AckMessage(AckKind.Nack) { Records = [Id(0)], Delay = TimeSpan.Zero }).Should().BeNull();
        }
    }

    private static ValueTask<RecordBatch> TakeAsync(GroupLedger ledger, int count, string? user = "ada") =>
        ledger.TakeAsync(count, 1_000_000, TimeSpan.Zero, user, Token);

    private static string? Ack(GroupLedger ledger, string? user, params long[] offsets) =>
        Apply(ledger, user, new AckMessage(AckKind.Ack) { Records = [.. offsets.Select(Id)] });

    private static string? Apply(GroupLedger ledger, string? user, AckMessage message) => ledger.Acknowledge(message, user).Outcome.Problem?.Type;

    private static long CommitOffset(GroupLedger ledger) => ledger.Use(all => all.Find(Records.Partition())!.Tracker.CommitOffset);

    private GroupLedger CreateLedger(DeliveryRules? rules = null, int partitions = 1)
    {
        var ledger = new GroupLedger(rules ?? Rules(), _time);
        for (var partition = 0; partition < partitions; partition++)
        {
            ledger.Use(all => all.Assign([Records.Start(partition)]));
            ledger.Receive(0, 10, partition);
        }

        return ledger;
    }
}
