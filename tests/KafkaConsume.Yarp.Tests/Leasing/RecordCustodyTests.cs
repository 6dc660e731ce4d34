using FsCheck;
using FsCheck.Fluent;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.Leasing;

public sealed class RecordCustodyTests
{
    private static readonly TimeSpan AckTimeout = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(0, int.MaxValue)]
    [InlineData(3, int.MaxValue)]
    [InlineData(0, 4)]
    [InlineData(2, 7)]
    public void AnyOrderOfEvents_CommitsOnlyWhatWasAcknowledgedAndRepeatsTheRest(int maxDeliveries, int maxInFlight) =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Kind, byte A, byte B)[]>(), steps =>
        {
            var model = new CustodyModel(maxDeliveries, maxInFlight);
            foreach (var (kind, a, b) in steps)
            {
                model.Step(kind, a, b);
            }

            model.Finish();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(150).WithReplay(17, 1));

    [Fact]
    public void Sweep_BeforeTheTimeIsUp_TakesNothingBack()
    {
        var ledger = CreateLedger(10);
        HandOut(ledger, 3);

        _time.Advance(AckTimeout - TimeSpan.FromMilliseconds(1));
        ledger.Sweep();

        HandOut(ledger, 100).Select(record => record.Tracked.Offset).Should().Equal(3, 4, 5, 6, 7, 8, 9);
    }

    [Fact]
    public void Sweep_AfterTheTimeIsUp_HandsOutAgainBeforeLaterRecords()
    {
        var ledger = CreateLedger(6);
        HandOut(ledger, 3);

        _time.Advance(AckTimeout);
        ledger.Sweep();

        HandOut(ledger, 4).Select(record => (record.Tracked.Offset, record.Attempt)).Should().Equal((0, 2), (1, 2), (2, 2), (3, 1));
    }

    [Fact]
    public void Restart_BeforeTheTimeIsUp_GivesTheWholeTimeAnew()
    {
        var ledger = CreateLedger(3);
        var handed = HandOut(ledger, 3);
        _time.Advance(AckTimeout / 2);

        ledger.Custody.Restart(handed[1].Tracked);
        _time.Advance(AckTimeout / 2);
        ledger.Sweep();

        HandOut(ledger, 3).Select(record => record.Tracked.Offset).Should().Equal(0, 2);
        _time.Advance(AckTimeout / 2);
        ledger.Sweep();
        HandOut(ledger, 3).Select(record => record.Tracked.Offset).Should().Equal(1);
    }

    [Fact]
    public void Fail_WithADelay_IsHandedOutAgainWhenItIsOver()
    {
        var ledger = CreateLedger(2);
        var handed = HandOut(ledger, 2);

        ledger.Custody.Fail(handed[0].Tracked, TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(4));
        ledger.Sweep();
        HandOut(ledger, 2).Should().BeEmpty();

        _time.Advance(TimeSpan.FromSeconds(1));
        ledger.Sweep();
        HandOut(ledger, 2).Select(record => (record.Tracked.Offset, record.Attempt)).Should().Equal((0, 2));
    }

    [Fact]
    public void Fail_AsOftenAsAllowed_GivesTheRecordUp()
    {
        var ledger = CreateLedger(2, new DeliveryRules(KafkaCommitStrategy.Auto) { AckTimeout = AckTimeout, MaxDeliveries = 3 });
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var record = HandOut(ledger, 1).Single();
            (record.Tracked.Offset, record.Attempt).Should().Be((0, attempt));
            ledger.Custody.GivenUp.Should().BeEmpty();
            ledger.Custody.Fail(record.Tracked, TimeSpan.Zero, $"reason {attempt}");
        }

        HandOut(ledger, 2).Single().Tracked.Offset.Should().Be(1);
        ledger.Custody.GivenUp.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Offset = 0L, Reason = "reason 3" });
        ledger.Owned.Single().Tracker.CommitOffset.Should().Be(0, "somebody has to deal with it first");
    }

    [Fact]
    public void Lose_AsOftenAsAllowed_GivesTheRecordUp()
    {
        var ledger = CreateLedger(2, new DeliveryRules(KafkaCommitStrategy.Auto) { AckTimeout = AckTimeout, MaxDeliveries = 3 });
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var record = HandOut(ledger, 1).Single();
            (record.Tracked.Offset, record.Attempt).Should().Be((0, attempt));
            ledger.Custody.Lose(record.Tracked, RecordFailures.Cut);
        }

        HandOut(ledger, 2).Single().Tracked.Offset.Should().Be(1);
        ledger.Custody.GivenUp.Should().ContainSingle().Which.Should().BeEquivalentTo(new { Offset = 0L, Reason = RecordFailures.Cut });
    }

    [Fact]
    public void HandOut_OneRecordKillsEveryClient_ThoseBesideItAreNotGivenUp()
    {
        const long poison = 7;
        var ledger = CreateLedger(20, new DeliveryRules(KafkaCommitStrategy.ClientAcks) { AckTimeout = AckTimeout, MaxDeliveries = 5 });
        var sizes = new List<int>();

        while (HandOut(ledger, 10) is { Length: > 0 } handed)
        {
            sizes.Add(handed.Length);
            var kills = handed.Any(record => record.Tracked.Offset == poison);
            foreach (var record in handed)
            {
                if (kills)
                {
                    ledger.Custody.Lose(record.Tracked, RecordFailures.Cut);
                }
                else
                {
                    ledger.Settle(record.Tracked);
                }
            }
        }

        ledger.Custody.GivenUp.Select(record => record.Offset).Should().Equal(poison);
        sizes[..3].Should().Equal(10, 10, 10);
        sizes[3..^1].Should().OnlyContain(size => size == 1, "each that was there goes alone");
        sizes[^1].Should().Be(10, "later ones do not");
    }

    [Fact]
    public void Return_WhichIsNotTheClientsDoing_NeverGivesTheRecordUp()
    {
        var ledger = CreateLedger(1, new DeliveryRules(KafkaCommitStrategy.Auto) { AckTimeout = AckTimeout, MaxDeliveries = 2 });

        for (var attempt = 1; attempt <= 10; attempt++)
        {
            var record = HandOut(ledger, 1).Single();
            record.Attempt.Should().Be(attempt);
            ledger.Custody.Return(record.Tracked);
        }

        ledger.Custody.GivenUp.Should().BeEmpty();
    }

    [Fact]
    public void TakeBack_OfWhatNobodyHasSeen_DoesNotCountAsAnAttempt()
    {
        var ledger = CreateLedger(1);

        ledger.Custody.TakeBack(HandOut(ledger, 1).Single().Tracked);

        HandOut(ledger, 1).Single().Attempt.Should().Be(1);
    }

    [Fact]
    public void HandOut_ClientsHaveAsManyBytesAsTheyMay_WaitsUntilTheyHaveLess()
    {
        var ledger = CreateLedger(10, new DeliveryRules(KafkaCommitStrategy.Auto) { AckTimeout = AckTimeout, MaxInFlightBytes = 25 });
        var handed = HandOut(ledger, 100);

        handed.Should().HaveCount(3, "the third is the one that is too much");
        HandOut(ledger, 100).Should().BeEmpty();
        ledger.Settle(handed[2].Tracked);

        HandOut(ledger, 100).Single().Tracked.Offset.Should().Be(3);
    }

    [Fact]
    public void HandOut_OnePartitionIsBlocked_GoesOnWithTheOthers()
    {
        var ledger = CreateLedger(10, new DeliveryRules(KafkaCommitStrategy.Auto) { AckTimeout = AckTimeout, MaxInFlight = 4 }, partitions: 2);

        var handed = HandOut(ledger, 100);

        handed.Select(record => (record.Tracked.Partition.Id.Partition.Value, record.Tracked.Offset))
            .Should().Equal((0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (1, 1), (1, 2), (1, 3));
    }

    private static HandedRecord[] HandOut(PartitionLedger ledger, int count) =>
        ledger.Custody.HandOut(new RecordHolder("", null), count, int.MaxValue);

    private PartitionLedger CreateLedger(int count, DeliveryRules? rules = null, int partitions = 1)
    {
        var ledger = new PartitionLedger(rules ?? new DeliveryRules(KafkaCommitStrategy.Auto) { AckTimeout = AckTimeout }, _time);
        for (var partition = 0; partition < partitions; partition++)
        {
            ledger.Assign([Records.Start(partition)]);
            for (var offset = 0; offset < count; offset++)
            {
                ledger.Add(Records.Create(offset, partition));
            }
        }

        return ledger;
    }
}
