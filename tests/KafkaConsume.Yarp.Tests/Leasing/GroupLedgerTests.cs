using Confluent.Kafka;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.Leasing;

public sealed class GroupLedgerTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TakeAsync_RecordsAreThere_TakesUpToTheLimitInOrder()
    {
        var ledger = CreateLedger();
        ledger.Receive(0, 10);

        (await TakeAsync(ledger, 4)).Offsets().Should().Equal(0, 1, 2, 3);
        (await TakeAsync(ledger, 100)).Offsets().Should().Equal(4, 5, 6, 7, 8, 9);
    }

    [Fact]
    public async Task TakeAsync_MoreBytesThanAsked_StopsBeforeTheRecordThatIsTooMuch()
    {
        var ledger = CreateLedger();
        ledger.Receive(0, 5, size: 100);

        (await ledger.TakeAsync(100, 250, Long, null, Token)).Offsets().Should().Equal(0, 1);
    }

    [Fact]
    public async Task TakeAsync_FirstRecordIsLargerThanAsked_IsGivenAlone()
    {
        var ledger = CreateLedger();
        ledger.Receive(0, 2, size: 5_000);

        (await ledger.TakeAsync(100, 10, Long, null, Token)).Offsets().Should().Equal(0);
    }

    [Fact]
    public async Task TakeAsync_KeysAndHeaders_CountAsBytes()
    {
        var ledger = CreateLedger();
        for (var offset = 0; offset < 3; offset++)
        {
            var headers = new RecordHeaders();
            headers.Add("0123456789"u8, new byte[40], hasValue: true);
            ledger.Receive(new StoredRecord(Records.Create(offset, size: 10).View() with { Key = new byte[40], HasKey = true, Headers = headers }));
        }

        (await ledger.TakeAsync(100, 200, Long, null, Token)).Offsets().Should().Equal(0, 1);
    }

    [Fact]
    public async Task TakeAsync_NothingComes_GivesAnEmptyBatchAfterTheWait()
    {
        var ledger = CreateLedger();

        (await ledger.TakeAsync(10, 1000, TimeSpan.FromMilliseconds(20), null, Token)).Records.Should().BeEmpty();
        ledger.HasWaiters.Should().BeFalse();
    }

    [Fact]
    public async Task TakeAsync_SeveralWait_AreServedInTheirOrder()
    {
        var ledger = CreateLedger();
        var first = ledger.TakeAsync(2, 1000, Long, null, Token).AsTask();
        var second = ledger.TakeAsync(2, 1000, Long, null, Token).AsTask();
        var third = ledger.TakeAsync(2, 1000, Long, null, Token).AsTask();

        ledger.Receive(0, 3);

        (await first).Offsets().Should().Equal(0, 1);
        (await second).Offsets().Should().Equal(2);
        third.IsCompleted.Should().BeFalse();
        ledger.Receive(3, 1);
        (await third).Offsets().Should().Equal(3);
    }

    [Fact]
    public async Task TakeAsync_ClientGoesWhileWaiting_LeavesTheRecordsToTheNext()
    {
        var ledger = CreateLedger();
        using var gone = new CancellationTokenSource();
        var first = ledger.TakeAsync(10, 1000, Long, null, gone.Token).AsTask();
        var second = ledger.TakeAsync(10, 1000, Long, null, Token).AsTask();

        await gone.CancelAsync();
        ledger.Receive(0, 3);

        (await second).Offsets().Should().Equal(0, 1, 2);
        await first.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task TakeAsync_OnePartitionIsFullAllTheTime_ServesTheOthersInTurn()
    {
        var ledger = CreateLedger(partitions: 3);
        ledger.Receive(0, 100, partition: 0);
        ledger.Receive(0, 5, partition: 1);
        ledger.Receive(0, 5, partition: 2);

        var seen = new List<int>();
        for (var turn = 0; turn < 3; turn++)
        {
            seen.AddRange((await TakeAsync(ledger, 5)).Records.Select(record => record.Partition));
        }

        seen.Distinct().Should().BeEquivalentTo([0, 1, 2]);
    }

    [Fact]
    public async Task Return_WholeBatch_IsHandedOutAgainBeforeLaterRecords()
    {
        var ledger = CreateLedger();
        ledger.Receive(0, 10);
        var batch = await TakeAsync(ledger, 3);

        batch.Return();

        (await TakeAsync(ledger, 5)).Offsets().Should().Equal(0, 1, 2, 3, 4);
    }

    [Fact]
    public async Task Return_ToThoseWhoWait_IsHandedOutAtOnce()
    {
        var ledger = CreateLedger();
        ledger.Receive(0, 2);
        var batch = await TakeAsync(ledger, 2);
        var waiting = ledger.TakeAsync(10, 1000, Long, null, Token).AsTask();

        batch.Return();

        (await waiting).Offsets().Should().Equal(0, 1);
    }

    [Fact]
    public async Task Return_OverlappingBatchesInAnyOrder_KeepsTheOrderOfOffsets()
    {
        var ledger = CreateLedger();
        ledger.Receive(0, 14);
        var first = await TakeAsync(ledger, 5);
        var second = await TakeAsync(ledger, 5);
        first.ReturnFrom(3);
        var mixed = await TakeAsync(ledger, 4);
        mixed.Offsets().Should().Equal(3, 4, 10, 11);

        second.Return();
        mixed.Return();

        (await TakeAsync(ledger, 100)).Offsets().Should().Equal(3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
    }

    [Fact]
    public async Task Return_OfOneOfSeveralPartitions_LeavesTheOthers()
    {
        var ledger = CreateLedger(partitions: 2);
        ledger.Receive(0, 2, partition: 0);
        ledger.Receive(0, 2, partition: 1);
        var first = await TakeAsync(ledger, 2);
        var second = await TakeAsync(ledger, 2);

        second.Return();
        first.Complete();

        var again = await TakeAsync(ledger, 10);
        again.Records.Should().OnlyContain(record => record.Partition == 1);
        again.Offsets().Should().Equal(0, 1);
    }

    [Fact]
    public async Task ReturnFrom_ThenComplete_SettlesOnlyWhatWasKept()
    {
        var ledger = CreateLedger();
        ledger.Receive(0, 5);
        var batch = await TakeAsync(ledger, 5);

        batch.ReturnFrom(2);
        batch.Complete().Should().BeTrue();
        batch.Return();

        CommitOffset(ledger).Should().Be(2);
        (await TakeAsync(ledger, 10)).Offsets().Should().Equal(2, 3, 4);
    }

    [Fact]
    public async Task Complete_AndReturnAgain_CountOnce()
    {
        var ledger = CreateLedger();
        ledger.Receive(0, 3);
        var batch = await TakeAsync(ledger, 3);

        batch.Complete();
        batch.Complete();
        batch.Return();

        ledger.HandedOut.Should().Be(0);
        CommitOffset(ledger).Should().Be(3);
        (await ledger.TakeAsync(10, 1000, TimeSpan.Zero, null, Token)).Records.Should().BeEmpty();
    }

    [Fact]
    public async Task Complete_OutOfOrder_CommitsUpToTheFirstThatIsHeld()
    {
        var ledger = CreateLedger();
        ledger.Receive(0, 10);
        var first = await TakeAsync(ledger, 4);
        var second = await TakeAsync(ledger, 6);

        second.Complete();
        CommitOffset(ledger).Should().Be(0);
        first.Complete();

        CommitOffset(ledger).Should().Be(10);
    }

    [Fact]
    public async Task Complete_WithAnotherBatchInBetween_DoesNotSettleThat()
    {
        var ledger = CreateLedger();
        ledger.Receive(0, 12);
        var first = await TakeAsync(ledger, 5);
        var held = await TakeAsync(ledger, 5);
        first.ReturnFrom(3);
        first.Complete();
        var around = await TakeAsync(ledger, 4);

        around.Offsets().Should().Equal(3, 4, 10, 11);
        around.Complete();

        CommitOffset(ledger).Should().Be(5);
        held.Complete();
        CommitOffset(ledger).Should().Be(12);
    }

    [Fact]
    public async Task Complete_AfterTheGroupTookThePartitionAway_IsRefused()
    {
        var ledger = CreateLedger();
        ledger.Receive(0, 5);
        var batch = await TakeAsync(ledger, 5);
        ledger.Use(all => all.Lose([Records.Partition()]));

        batch.Complete().Should().BeFalse();

        ledger.Use(all => all.Commits.Take()).Should().BeEmpty();
    }

    [Fact]
    public async Task Complete_AfterThePartitionCameBack_IsRefused()
    {
        var ledger = CreateLedger();
        ledger.Receive(0, 5);
        var batch = await TakeAsync(ledger, 5);
        ledger.Use(all => all.Revoke([Records.Partition()]));
        ledger.Use(all => all.Assign([Records.Start()]));
        ledger.Receive(0, 2);

        batch.Complete().Should().BeFalse();

        CommitOffset(ledger).Should().Be(0);
    }

    [Fact]
    public async Task Return_AfterThePartitionCameBack_HandsNothingOutTwice()
    {
        var ledger = CreateLedger();
        ledger.Receive(0, 5);
        var batch = await TakeAsync(ledger, 5);
        ledger.Use(all => all.Lose([Records.Partition()]));
        ledger.Use(all => all.Assign([Records.Start()]));
        ledger.Receive(0, 5);

        batch.Return();

        (await TakeAsync(ledger, 100)).Offsets().Should().Equal(0, 1, 2, 3, 4);
    }

    [Fact]
    public void Epoch_OnEveryAssignmentRevocationAndLoss_Grows()
    {
        var ledger = CreateLedger();
        var epochs = new List<long> { ledger.Use(all => all.Epoch) };

        ledger.Use(all => all.Revoke([Records.Partition()]));
        epochs.Add(ledger.Use(all => all.Epoch));
        ledger.Use(all => all.Assign([Records.Start()]));
        epochs.Add(ledger.Use(all => all.Epoch));
        ledger.Use(all => all.Lose([Records.Partition()]));
        epochs.Add(ledger.Use(all => all.Epoch));

        epochs.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Revoke_WithSettledRecords_GivesWhatIsToBeCommitted()
    {
        var ledger = CreateLedger();
        ledger.Receive(0, 5);
        var settled = await TakeAsync(ledger, 2);
        await TakeAsync(ledger, 2);
        settled.Complete();

        var last = ledger.Use(all => all.Revoke([Records.Partition()]));

        last.Should().ContainSingle().Which.Offset.Should().Be(new TopicPartitionOffset(Records.Partition(), 2));
        last[0].Offset.LeaderEpoch.Should().Be(1);
        (await ledger.TakeAsync(10, 1000, TimeSpan.Zero, null, Token)).Records.Should().BeEmpty("what waited went with the partition");
    }

    [Fact]
    public async Task Add_OffsetsGoBack_StartsTheOwnershipAnew()
    {
        var ledger = CreateLedger();
        ledger.Receive(100, 5);
        var old = await TakeAsync(ledger, 2);

        ledger.Receive(Records.Create(0)).Should().BeFalse();

        old.Complete().Should().BeFalse();
        (await TakeAsync(ledger, 10)).Offsets().Should().Equal(0);
        ledger.Use(all => all.Commits.Take()).Should().ContainSingle().Which.Offset.Offset.Value.Should().Be(0);
    }

    [Fact]
    public async Task SetClusterProblem_WhileRequestsWait_TellsThem()
    {
        var ledger = CreateLedger();
        var waiting = ledger.TakeAsync(10, 1000, Long, null, Token).AsTask();

        ledger.SetClusterProblem(KafkaProblem.Unavailable());

        var told = await waiting.Invoking(task => task).Should().ThrowAsync<KafkaProblemException>();
        told.Which.Problem.Status.Should().Be(503);
        ledger.SetClusterProblem(null);
        (await ledger.TakeAsync(10, 1000, TimeSpan.Zero, null, Token)).Records.Should().BeEmpty();
    }

    [Fact]
    public async Task SetClusterProblem_WhileRecordsWait_HandsThemOutFirst()
    {
        var ledger = CreateLedger();
        ledger.Receive(0, 2);
        ledger.SetClusterProblem(KafkaProblem.Unavailable());

        (await TakeAsync(ledger, 10)).Offsets().Should().Equal(0, 1);
        await ledger.Invoking(async all => await all.TakeAsync(10, 1000, Long, null, Token)).Should().ThrowAsync<KafkaProblemException>();
    }

    [Fact]
    public async Task SetGroupProblem_UntilRecordsCome_IsKept()
    {
        var ledger = CreateLedger();
        ledger.SetGroupProblem(KafkaProblem.Denied());
        ledger.SetClusterProblem(null);
        await ledger.Invoking(async all => await all.TakeAsync(10, 1000, Long, null, Token)).Should().ThrowAsync<KafkaProblemException>();

        ledger.Receive(0, 1);
        await TakeAsync(ledger, 1);

        (await ledger.TakeAsync(10, 1000, TimeSpan.Zero, null, Token)).Records.Should().BeEmpty();
    }

    [Fact]
    public async Task Stop_WhileRequestsWaitAndHold_ReleasesTheOnesAndHearsTheOthers()
    {
        var ledger = CreateLedger();
        ledger.Receive(0, 3);
        var held = await TakeAsync(ledger, 3);
        var waiting = ledger.TakeAsync(10, 1000, Long, null, Token).AsTask();

        ledger.Stop();
        held.Complete().Should().BeTrue();

        (await waiting).Records.Should().BeEmpty();
        CommitOffset(ledger).Should().Be(3);
    }

    [Fact]
    public async Task TakeAsync_ManyThreadsTakeReturnAndComplete_EveryRecordIsSettledOnce()
    {
        const int total = 20_000;
        var ledger = CreateLedger(partitions: 4);
        var completed = new int[4, total / 4];
        var open = total;
        var workers = Enumerable.Range(0, 4).Select(seed => Task.Run(
            async () =>
            {
                var random = new Random(seed);
                while (Volatile.Read(ref open) > 0)
                {
                    var batch = await ledger.TakeAsync(random.Next(1, 50), 100_000, TimeSpan.FromMilliseconds(5), null, Token);
                    var kept = random.Next(0, batch.Records.Count + 1);
                    batch.ReturnFrom(kept);
                    if (random.Next(3) == 0)
                    {
                        batch.Return();
                        continue;
                    }

                    for (var index = 0; index < kept; index++)
                    {
                        var record = batch.Records[index];
                        Interlocked.Increment(ref completed[record.Partition, record.Offset]);
                    }

                    batch.Complete().Should().BeTrue();
                    Interlocked.Add(ref open, -kept);
                }
            },
            Token)).ToArray();

        for (var offset = 0; offset < total / 4; offset += 50)
        {
            for (var partition = 0; partition < 4; partition++)
            {
                ledger.Receive(offset, 50, partition);
            }
        }

        await Task.WhenAll(workers);

        completed.Cast<int>().Should().OnlyContain(times => times == 1);
        ledger.Use(all => all.Owned.Select(partition => partition.Tracker.CommitOffset)).Should().OnlyContain(offset => offset == total / 4);
        ledger.Use(all => (all.Custody.Buffer.Count, all.Custody.Buffer.Bytes)).Should().Be((0, 0));
    }

    private static GroupLedger CreateLedger(int partitions = 1)
    {
        var ledger = new GroupLedger(new DeliveryRules(KafkaCommitStrategy.Auto), TimeProvider.System);
        ledger.Use(all => all.Assign(Enumerable.Range(0, partitions).Select(partition => Records.Start(partition))));
        return ledger;
    }

    private static ValueTask<RecordBatch> TakeAsync(GroupLedger ledger, int maxRecords) =>
        ledger.TakeAsync(maxRecords, 1_000_000, Long, null, Token);

    private static long CommitOffset(GroupLedger ledger) => ledger.Use(all => all.Owned.Single().Tracker.CommitOffset);
}
