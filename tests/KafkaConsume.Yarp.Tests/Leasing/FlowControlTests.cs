using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tests.Races;
using Microsoft.Extensions.Logging.Abstractions;

namespace KafkaConsume.Yarp.Tests.Leasing;

public sealed class FlowControlTests
{
    private static readonly DeliveryRules Rules = new(KafkaCommitStrategy.Auto);

    private readonly ManualTime _time = new();
    private readonly GroupLedger _ledger;
    private readonly FlowControl _flow;
    private readonly List<string> _calls = [];
    private readonly IConsumer<Ignore, Ignore> _consumer;

    public FlowControlTests()
    {
        _ledger = new GroupLedger(Rules, _time);
        _flow = new FlowControl(_ledger, _time, NullLogger.Instance);
        _consumer = FakeConsumer.Create(_ => [], _ => { }, _calls.Add);
    }

    [Fact]
    public void Apply_ThereIsRoom_LetsKafkaBeAsked()
    {
        Assign(0);
        _ledger.Receive(0, RecordBuffer.MaxRecords - 1);

        _flow.Apply(_consumer).Should().BeTrue();
        _calls.Should().BeEmpty();
    }

    [Fact]
    public async Task Apply_TheBufferIsFull_WaitsUntilHalfIsTakenAndPausesNothing()
    {
        Assign(0);
        _ledger.Receive(0, RecordBuffer.MaxRecords);
        _flow.Apply(_consumer).Should().BeFalse();

        (await TakeAsync((RecordBuffer.MaxRecords / 2) - 1)).Complete();
        _flow.Apply(_consumer).Should().BeFalse("less than half has been taken");
        (await TakeAsync(1)).Complete();

        _flow.Apply(_consumer).Should().BeTrue();
        _calls.Should().BeEmpty();
    }

    [Fact]
    public async Task Apply_NobodyTakesAnythingForASecond_PausesAndResumes()
    {
        Assign(0);
        _ledger.Receive(0, RecordBuffer.MaxRecords);
        _flow.Apply(_consumer).Should().BeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));

        _flow.Apply(_consumer).Should().BeTrue("the group has to be heard meanwhile");
        _flow.Apply(_consumer).Should().BeTrue();
        _calls.Should().Equal("Pause 0");

        (await TakeAsync(RecordBuffer.MaxRecords / 2)).Complete();
        _flow.Apply(_consumer).Should().BeTrue();
        _calls.Should().Equal("Pause 0", "Resume 0");
    }

    [Fact]
    public async Task Apply_TheOldestAnswerIsStillOnItsWay_WaitsForItAndPausesNothing()
    {
        Assign(0);
        _ledger.Receive(0, 1);
        var oldest = await TakeAsync(1);
        await PassAsync(partition: 0, first: 1, Rules.MaxSpan);
        _flow.Apply(_consumer).Should().BeFalse("more must not be read ahead of it");
        _time.Advance(TimeSpan.FromMilliseconds(999));
        _flow.Apply(_consumer).Should().BeFalse();

        oldest.Complete();

        _flow.Apply(_consumer).Should().BeTrue();
        _calls.Should().BeEmpty();
    }

    [Fact]
    public async Task Apply_TheOldestAnswerTakesLong_PausesSoThatTheGroupIsHeard()
    {
        Assign(0);
        _ledger.Receive(0, 1);
        var oldest = await TakeAsync(1);
        await PassAsync(partition: 0, first: 1, Rules.MaxSpan);
        _flow.Apply(_consumer).Should().BeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));

        _flow.Apply(_consumer).Should().BeTrue();
        _calls.Should().Equal("Pause 0");
        oldest.Complete();
        _flow.Apply(_consumer).Should().BeTrue();
        _calls.Should().Equal("Pause 0", "Resume 0");
    }

    [Fact]
    public async Task Apply_OneOfTwoPartitionsIsHeldUp_PausesItAtOnceForTheOthersSake()
    {
        Assign(0);
        Assign(1);
        _ledger.Receive(0, 1);
        await TakeAsync(1);
        await PassAsync(partition: 0, first: 1, Rules.MaxSpan);

        _flow.Apply(_consumer).Should().BeTrue();
        _calls.Should().Equal("Pause 0");
    }

    private void Assign(int partition) => _ledger.Use(all => all.Assign([Records.Start(partition)]));

    private async Task<RecordBatch> TakeAsync(int count)
    {
        var batch = await _ledger.TakeAsync(count, int.MaxValue, TimeSpan.Zero, null, TestContext.Current.CancellationToken);
        batch.Records.Should().HaveCount(count);
        return batch;
    }

    private async Task PassAsync(int partition, long first, int count)
    {
        for (var passed = 0; passed < count; passed += 1_000)
        {
            _ledger.Receive(first + passed, 1_000, partition);
            (await TakeAsync(1_000)).Complete();
        }
    }
}
