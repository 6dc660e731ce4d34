using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.Leasing;

public sealed class CommitQueueTests
{
    [Fact]
    public void Take_SettledSeveralTimes_GivesTheNewestOffsetOnce()
    {
        var (partitions, partition) = CreateLedger();
        partition.Settle(0, 3);
        partitions.Commits.Add(partition);
        partition.Settle(4, 6);
        partitions.Commits.Add(partition);

        partitions.Commits.Take().Should().ContainSingle().Which.Offset.Offset.Value.Should().Be(7);
        partitions.Commits.Take().Should().BeEmpty();
    }

    [Theory]
    [InlineData(ErrorCode.RebalanceInProgress)]
    [InlineData(ErrorCode.NotCoordinatorForGroup)]
    [InlineData(ErrorCode.IllegalGeneration)]
    [InlineData(ErrorCode.RequestTimedOut)]
    public void Settle_Failed_IsTriedAgainWhileThePartitionIsOwned(ErrorCode error)
    {
        var (partitions, partition) = CreateLedger();
        partition.Settle(0, 3);
        partitions.Commits.Add(partition);

        partitions.Commits.Settle(partitions.Commits.Take(), [error]);

        partitions.Commits.Take().Should().BeEmpty("there is a pause after a failure");
        partitions.Commits.Take(atOnce: true).Should().ContainSingle();
    }

    [Theory]
    [InlineData(ErrorCode.FencedLeaderEpoch)]
    [InlineData(ErrorCode.UnknownLeaderEpoch)]
    public void Settle_TheLeaderEpochIsRefused_IsTriedAgainWithoutIt(ErrorCode error)
    {
        var (partitions, partition) = CreateLedger();
        partition.Settle(0, 3);
        partitions.Commits.Add(partition);
        var pending = partitions.Commits.Take();
        pending.Single().Offset.LeaderEpoch.Should().Be(1);

        partitions.Commits.Settle(pending, [error]);

        partitions.Commits.Take(atOnce: true).Single().Offset.Should().Be(new TopicPartitionOffset(Records.Partition(), 4, leaderEpoch: null));
    }

    [Fact]
    public void Settle_FailedAndThePartitionIsGone_IsDropped()
    {
        var (partitions, partition) = CreateLedger();
        partition.Settle(0, 3);
        partitions.Commits.Add(partition);
        var pending = partitions.Commits.Take();

        partitions.LoseAll();
        partitions.Commits.Settle(pending, [ErrorCode.UnknownMemberId]);

        partitions.Commits.Take(atOnce: true).Should().BeEmpty();
    }

    [Fact]
    public void Take_LostWhileDue_CommitsNothing()
    {
        var (partitions, partition) = CreateLedger();
        partition.Settle(0, 3);
        partitions.Commits.Add(partition);

        partitions.LoseAll();

        partitions.Commits.Take().Should().BeEmpty();
    }

    [Fact]
    public void Assign_WithoutACommittedOffset_CommitsTheStart()
    {
        var partitions = new PartitionLedger(new DeliveryRules(KafkaCommitStrategy.Auto), TimeProvider.System);

        partitions.Assign([new PartitionStart(Records.Partition(), 17, IsCommitted: false)]);

        partitions.Commits.Take().Should().ContainSingle().Which.Offset.Offset.Value.Should().Be(17);
    }

    [Fact]
    public void Assign_WhereNothingIsEverCommitted_CommitsNothing()
    {
        var partitions = new PartitionLedger(new DeliveryRules(KafkaCommitStrategy.Off), TimeProvider.System);

        partitions.Assign([new PartitionStart(Records.Partition(), 17, IsCommitted: false)]);
        partitions.Reached(Records.Partition(), 20);

        partitions.Commits.Take().Should().BeEmpty();
        partitions.Revoke([Records.Partition()]).Should().BeEmpty();
    }

    private static (PartitionLedger Partitions, OwnedPartition Partition) CreateLedger()
    {
        var partitions = new PartitionLedger(new DeliveryRules(KafkaCommitStrategy.Auto), TimeProvider.System);
        partitions.Assign([Records.Start()]);
        for (var offset = 0; offset < 10; offset++)
        {
            partitions.Add(Records.Create(offset));
        }

        partitions.Custody.HandOut(new RecordHolder("", null), 10, int.MaxValue);
        return (partitions, partitions.Owned.Single());
    }
}
