using FsCheck;
using FsCheck.Fluent;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.Leasing;

public sealed class PartitionTrackerTests
{
    [Fact]
    public void CommitOffset_BeforeAnythingCame_IsWhereReadingStarts()
    {
        var tracker = new PartitionTracker();
        tracker.Advance(42);

        tracker.CommitOffset.Should().Be(42);
    }

    [Fact]
    public void Settle_LaterRecordsFirst_CommitsNothing()
    {
        var tracker = Read(0, 10);

        tracker.Settle(5, 9).Should().Be(5);

        tracker.CommitOffset.Should().Be(0);
    }

    [Fact]
    public void Settle_TheFirstUnsettled_CommitsAllThatFollowedIt()
    {
        var tracker = Read(0, 10);
        tracker.Settle(1, 6);

        tracker.Settle(0, 0);

        tracker.CommitOffset.Should().Be(7);
    }

    [Fact]
    public void Settle_Twice_CountsOnce()
    {
        var tracker = Read(0, 3);

        tracker.Settle(0, 1).Should().Be(2);
        tracker.Settle(0, 1).Should().Be(0);

        tracker.CommitOffset.Should().Be(2);
    }

    [Fact]
    public void Settle_OffsetsThatNeverCame_ChangesNothing()
    {
        var tracker = Read(10, 5);

        tracker.Settle(0, 9).Should().Be(0);
        tracker.Settle(15, long.MaxValue).Should().Be(0);

        tracker.CommitOffset.Should().Be(10);
        tracker.NextOffset.Should().Be(15);
    }

    [Fact]
    public void Settle_BeforeAHole_CommitsUpToTheNextRecord()
    {
        var tracker = new PartitionTracker();
        tracker.Add(3, 1);
        tracker.Add(1_000_000_000, 1);

        tracker.Settle(3, 3);

        tracker.CommitOffset.Should().Be(1_000_000_000);
    }

    [Fact]
    public void Advance_BehindControlRecords_CommitsTheEnd()
    {
        var tracker = Read(0, 3);
        tracker.Settle(0, 2);

        tracker.Advance(5);

        tracker.CommitOffset.Should().Be(5);
    }

    [Fact]
    public void Advance_WithUnsettledRecords_CommitsNothing()
    {
        var tracker = Read(0, 3);

        tracker.Advance(5);

        tracker.CommitOffset.Should().Be(0);
    }

    [Fact]
    public void Add_AnOffsetThatWasPassed_IsRefused()
    {
        var tracker = Read(0, 3);
        tracker.Advance(7);

        tracker.Add(2, null).Should().BeFalse();
        tracker.Add(6, null).Should().BeFalse();
        tracker.Add(7, null).Should().BeTrue();
    }

    [Fact]
    public void LeaderEpoch_AfterSettling_IsThatOfTheLastCommittedRecord()
    {
        var tracker = new PartitionTracker();
        tracker.Add(0, 4);
        tracker.Add(1, 5);
        tracker.Add(2, 6);

        tracker.Settle(2, 2);
        tracker.LeaderEpoch.Should().BeNull();
        tracker.Settle(0, 1);

        tracker.LeaderEpoch.Should().Be(6);
    }

    [Fact]
    public void CommitOffset_RandomOperations_IsThatOfTheNaiveModel() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Kind, byte A, byte B)[]>(), operations =>
        {
            var tracker = new PartitionTracker();
            var model = new NaiveTracker();
            var last = 0L;
            foreach (var (kind, a, b) in operations)
            {
                switch (kind % 4)
                {
                    case 0:
                        for (var count = 0; count <= a % 40; count++)
                        {
                            tracker.Add(model.Next, null).Should().BeTrue();
                            model.Add(model.Next);
                        }

                        break;
                    case 1:
                        tracker.Add(model.Next + a, null).Should().BeTrue();
                        model.Add(model.Next + a);
                        break;
                    case 2:
                        var first = last + (a % 32);
                        tracker.Settle(first, first + (b % 16)).Should().Be(model.Settle(first, first + (b % 16)));
                        break;
                    default:
                        tracker.Advance(model.Next + (a % 3));
                        model.Advance(model.Next + (a % 3));
                        break;
                }

                tracker.CommitOffset.Should().Be(model.Commit).And.BeGreaterThanOrEqualTo(last);
                last = tracker.CommitOffset;
            }

            tracker.Settle(0, long.MaxValue).Should().Be(model.Settle(0, long.MaxValue));
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
        var tracker = new PartitionTracker();
        for (var offset = 0L; offsets.Count < 2_000; offset += 1 + (random.Next(8) == 0 ? random.Next(50) : 0))
        {
            tracker.Add(offset, null);
            offsets.Add(offset);
        }

        var unsettled = new SortedSet<long>(offsets);
        var order = offsets.ToArray();
        random.Shuffle(order);
        foreach (var offset in order)
        {
            tracker.Settle(offset, offset).Should().Be(1);
            unsettled.Remove(offset);
            tracker.CommitOffset.Should().Be(unsettled.Count > 0 ? unsettled.Min : offsets[^1] + 1);
        }
    }

    private static PartitionTracker Read(long first, int count)
    {
        var tracker = new PartitionTracker();
        for (var offset = first; offset < first + count; offset++)
        {
            tracker.Add(offset, null);
        }

        return tracker;
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
