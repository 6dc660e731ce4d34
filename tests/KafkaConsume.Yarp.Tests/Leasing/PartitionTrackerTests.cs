using FsCheck;
using FsCheck.Fluent;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.Leasing;

public sealed class PartitionTrackerTests
{
    [Fact]
    public void CommitOffset_BeforeAnythingCame_IsWhereReadingStarts()
    {
        var partition = Read(0, 0);
        partition.Tracker.Advance(42);

        partition.Tracker.CommitOffset.Should().Be(42);
    }

    [Fact]
    public void Settle_LaterRecordsFirst_CommitsNothing()
    {
        var partition = Read(0, 10);

        partition.Settle(5, 9).Should().Be(5);

        partition.Tracker.CommitOffset.Should().Be(0);
    }

    [Fact]
    public void Settle_TheFirstUnsettled_CommitsAllThatFollowedIt()
    {
        var partition = Read(0, 10);
        partition.Settle(1, 6);

        partition.Settle(0, 0);

        partition.Tracker.CommitOffset.Should().Be(7);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(15)]
    [InlineData(long.MaxValue)]
    public void Find_OffsetsThatNeverCame_FindsNothing(long offset)
    {
        var partition = Read(10, 5);

        partition.Tracker.Find(offset).Should().BeNull();
        partition.Tracker.Find(14)!.Offset.Should().Be(14);
    }

    [Fact]
    public void Find_AmongHoles_FindsExactlyWhatCame()
    {
        var partition = Read(0, 0);
        long[] offsets = [3, 4, 9, 17, 18, 40, 1_000_000_000];
        foreach (var offset in offsets)
        {
            partition.Read(offset);
        }

        foreach (var offset in Enumerable.Range(0, 60).Select(offset => (long)offset).Append(1_000_000_000))
        {
            (partition.Tracker.Find(offset)?.Offset).Should().Be(offsets.Contains(offset) ? offset : null);
        }
    }

    [Fact]
    public void Settle_BehindAnUnsettledOne_LetsGoOfTheBytes()
    {
        var partition = Read(0, 3);

        partition.Settle(1, 1);

        partition.Tracker.Find(1)!.Record.Should().BeNull();
        partition.Tracker.Find(2)!.Record.Should().NotBeNull();
    }

    [Fact]
    public void Settle_BeforeAHole_CommitsUpToTheNextRecord()
    {
        var partition = Read(3, 1);
        partition.Read(1_000_000_000);

        partition.Settle(3, 3);

        partition.Tracker.CommitOffset.Should().Be(1_000_000_000);
    }

    [Fact]
    public void Advance_BehindControlRecords_CommitsTheEnd()
    {
        var partition = Read(0, 3);
        partition.Settle(0, 2);

        partition.Tracker.Advance(5);

        partition.Tracker.CommitOffset.Should().Be(5);
    }

    [Fact]
    public void Advance_WithUnsettledRecords_CommitsNothing()
    {
        var partition = Read(0, 3);

        partition.Tracker.Advance(5);

        partition.Tracker.CommitOffset.Should().Be(0);
    }

    [Fact]
    public void Add_AnOffsetThatWasPassed_IsRefused()
    {
        var partition = Read(0, 3);
        partition.Tracker.Advance(7);

        partition.Add(Records.Create(2)).Should().BeNull();
        partition.Add(Records.Create(6)).Should().BeNull();
        partition.Add(Records.Create(7)).Should().NotBeNull();
    }

    [Fact]
    public void LeaderEpoch_AfterSettling_IsThatOfTheLastCommittedRecord()
    {
        var partition = Read(0, 0);
        partition.Read(0, leaderEpoch: 4);
        partition.Read(1, leaderEpoch: 5);
        partition.Read(2, leaderEpoch: 6);

        partition.Settle(2, 2);
        partition.Tracker.LeaderEpoch.Should().BeNull();
        partition.Settle(0, 1);

        partition.Tracker.LeaderEpoch.Should().Be(6);
    }

    [Fact]
    public void CommitOffset_RandomOperations_IsThatOfTheNaiveModel() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Kind, byte A, byte B)[]>(), operations =>
        {
            var partition = Read(0, 0);
            var tracker = partition.Tracker;
            var model = new NaiveTracker();
            var last = 0L;
            foreach (var (kind, a, b) in operations)
            {
                switch (kind % 4)
                {
                    case 0:
                        for (var count = 0; count <= a % 40; count++)
                        {
                            partition.Read(model.Next);
                            model.Add(model.Next);
                        }

                        break;
                    case 1:
                        partition.Read(model.Next + a);
                        model.Add(model.Next + a);
                        break;
                    case 2:
                        var first = last + (a % 32);
                        partition.Settle(first, first + (b % 16)).Should().Be(model.Settle(first, first + (b % 16)));
                        break;
                    default:
                        tracker.Advance(model.Next + (a % 3));
                        model.Advance(model.Next + (a % 3));
                        break;
                }

                tracker.CommitOffset.Should().Be(model.Commit).And.BeGreaterThanOrEqualTo(last);
                last = tracker.CommitOffset;
            }

            partition.Settle(0, long.MaxValue).Should().Be(model.Settle(0, long.MaxValue));
            tracker.CommitOffset.Should().Be(model.Next, "all is settled");
            tracker.Span.Should().Be(0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void CommitOffset_EveryRecordSettledInRandomOrder_NeverPassesTheFirstUnsettled(int seed)
    {
        var random = new Random(seed);
        var offsets = new List<long>();
        var partition = Read(0, 0);
        for (var offset = 0L; offsets.Count < 2_000; offset += 1 + (random.Next(8) == 0 ? random.Next(50) : 0))
        {
            partition.Read(offset);
            offsets.Add(offset);
        }

        var unsettled = new SortedSet<long>(offsets);
        var order = offsets.ToArray();
        random.Shuffle(order);
        foreach (var offset in order)
        {
            partition.Settle(offset, offset).Should().Be(1);
            unsettled.Remove(offset);
            partition.Tracker.CommitOffset.Should().Be(unsettled.Count > 0 ? unsettled.Min : offsets[^1] + 1);
        }
    }

    private static OwnedPartition Read(long first, int count)
    {
        var partition = new OwnedPartition(Records.Partition(), 1, new DeliveryRules(KafkaCommitStrategy.Auto));
        for (var offset = first; offset < first + count; offset++)
        {
            partition.Read(offset);
        }

        return partition;
    }

    private sealed class NaiveTracker
    {
        private readonly SortedSet<long> _unsettled = [];

        public long Next { get; private set; }

        public long Commit => _unsettled.Count > 0 ? _unsettled.Min : Next;

        public void Add(long offset)
        {
            _unsettled.Add(offset);
            Next = offset + 1;
        }

        public void Advance(long offset) => Next = Math.Max(Next, offset);

        public int Settle(long first, long last) => _unsettled.RemoveWhere(offset => offset >= first && offset <= last);
    }
}
