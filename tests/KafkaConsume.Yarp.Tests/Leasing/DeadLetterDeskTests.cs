using System.Text;
using Confluent.Kafka;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tests.Pipeline;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Tests.Leasing;

public sealed class DeadLetterDeskTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly FakeDeadLetterProducer _producer = new();
    private readonly LogCapture _logs = new();
    private readonly TestMeters _meters = new();
    private readonly GatewayMetrics _metrics;
    private readonly MeterReadings _readings;
    private readonly GroupLedger _ledger;
    private readonly UndeliverableRecords _undeliverable;

    public DeadLetterDeskTests()
    {
        _metrics = new GatewayMetrics(_meters);
        _readings = new MeterReadings(_meters);
        _ledger = new GroupLedger(
            new DeliveryRules(KafkaCommitStrategy.ClientAcks) { AckTimeout = TimeSpan.FromSeconds(30), MaxDeliveries = 1, DeadLetterTopic = "dead" }, _time);
        _ledger.Use(all => all.Assign([Records.Start()]));
        var logger = _logs.CreateLogger("test");
        var membership = new GroupMembership(new KafkaConnection("kafka", new Dictionary<string, string>(StringComparer.Ordinal), "key"), "group.name.ada", ["orders"])
        {
            CountedAs = "group",
        };
        var desk = new DeadLetterDesk(membership, "dead", _ledger, _producer, _metrics, _time, logger);
        _undeliverable = new UndeliverableRecords(membership, _ledger, desk, _metrics, logger);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private long CommitOffset => _ledger.Use(all => all.Find(Records.Partition())!.Tracker.CommitOffset);

    [Fact]
    public async Task Handle_KafkaHasTheDeadLetter_SettlesTheRecordAndNotBefore()
    {
        await GiveUpAsync(1, "no stock");

        _undeliverable.Handle();
        CommitOffset.Should().Be(0);
        _undeliverable.IsUnderway.Should().BeTrue();
        _producer.Answer(ErrorCode.NoError);
        CommitOffset.Should().Be(0, "the consumer's thread settles");
        _undeliverable.Handle();

        CommitOffset.Should().Be(1);
        _undeliverable.IsUnderway.Should().BeFalse();
        _undeliverable.IsPending.Should().BeFalse();
        Header(_producer.Sent.Single(), "reason").Should().Be("no stock");
        _readings.Sum("kafka_consume.records.dead_lettered", ("messaging.consumer.group.name", "group"), ("messaging.destination.name", "orders"))
            .Should().Be(1);
    }

    [Theory]
    [InlineData(ErrorCode.Local_MsgTimedOut, 1, LogLevel.Warning)]
    [InlineData(ErrorCode.MsgSizeTooLarge, 10, LogLevel.Error)]
    [InlineData(ErrorCode.TopicAuthorizationFailed, 10, LogLevel.Error)]
    [InlineData(ErrorCode.Local_UnknownTopic, 10, LogLevel.Error)]
    public async Task Handle_Refused_TriesAgainAfterAPauseAndHoldsTheCommit(ErrorCode error, int seconds, LogLevel level)
    {
        await GiveUpAsync(1);
        _undeliverable.Handle();
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            _producer.Answer(error);
            _undeliverable.Handle();
            var pause = TimeSpan.FromSeconds(Math.Min(seconds << (attempt - 1), 60));
            _time.Advance(pause - TimeSpan.FromMilliseconds(1));
            _undeliverable.Handle();
            _producer.Sent.Should().HaveCount(attempt, "its pause is not over");
            _time.Advance(TimeSpan.FromMilliseconds(1));
            _undeliverable.Handle();
            _producer.Sent.Should().HaveCount(attempt + 1);
            CommitOffset.Should().Be(0);
            _undeliverable.IsPending.Should().BeTrue();
        }

        _logs.Entries.Count(entry => entry.Level == level).Should().Be(1, "what repeats itself is said once");
        _readings.Sum("kafka_consume.dead_letters.failed", ("error.type", error.ToString())).Should().Be(4);
        _producer.Answer(ErrorCode.NoError);
        _undeliverable.Handle();
        CommitOffset.Should().Be(1);
    }

    [Fact]
    public async Task Handle_ManyOfWhichOneIsRefused_WritesTheOthersInOrder()
    {
        await GiveUpAsync(4);
        _undeliverable.Handle();
        _producer.Answer(ErrorCode.NoError);
        _producer.Answer(ErrorCode.MsgSizeTooLarge);
        _producer.Answer(ErrorCode.NoError);
        _producer.Answer(ErrorCode.NoError);
        _undeliverable.Handle();

        _producer.Sent.Select(message => Header(message, "offset")).Should().Equal("0", "1", "2", "3");
        CommitOffset.Should().Be(1);
    }

    [Fact]
    public async Task Handle_TooMuchIsOnItsWay_WaitsForRoom()
    {
        await GiveUpAsync(2);
        _producer.IsFull = true;
        _undeliverable.Handle();
        _producer.Sent.Should().BeEmpty();
        _undeliverable.IsPending.Should().BeTrue();

        _producer.IsFull = false;
        _undeliverable.Handle();

        _producer.Sent.Select(message => Header(message, "offset")).Should().Equal("0", "1");
    }

    [Fact]
    public async Task Handle_ThePartitionHasGone_LeavesTheRecordToItsNextOwner()
    {
        await GiveUpAsync(2);
        _producer.IsFull = true;
        _undeliverable.Handle();
        _ledger.Use(all => all.LoseAll());
        _producer.IsFull = false;

        _undeliverable.Handle();

        _producer.Sent.Should().BeEmpty();
        _undeliverable.IsPending.Should().BeFalse();
    }

    [Fact]
    public async Task Handle_ThePartitionGoesAndComesBackWhileItIsWritten_SettlesNothing()
    {
        await GiveUpAsync(1);
        _undeliverable.Handle();
        _ledger.Use(all => all.LoseAll());
        _ledger.Use(all => all.Assign([Records.Start()]));
        _ledger.Receive(0, 1);

        _producer.Answer(ErrorCode.NoError);
        _undeliverable.Handle();

        CommitOffset.Should().Be(0, "clients get the record of the new ownership");
    }

    [Fact]
    public async Task Handle_TheTimeWasUp_SaysSo()
    {
        _ledger.Receive(0, 1);
        await TakeAsync(1);
        _time.Advance(TimeSpan.FromSeconds(30));
        _ledger.Sweep();

        _undeliverable.Handle();

        Header(_producer.Sent.Single(), "reason").Should().Be("ack timeout");
    }

    [Theory]
    [InlineData(3, "value,headers")]
    [InlineData(100_000, "key,value,headers")]
    public async Task Handle_TheRecordWasTooLargeToBeKept_SaysWhatIsMissing(int keyBytes, string omitted)
    {
        _ledger.Receive(new StoredRecord((Records.Create(0).View() with { Key = new byte[keyBytes], HasKey = true }).Cut()));
        _ledger.Serve();
        await NackAsync(1);

        _undeliverable.Handle();

        Header(_producer.Sent.Single(), "omitted").Should().Be(omitted);
        _producer.Sent.Single().Value.Should().BeNull();
    }

    [Fact]
    public async Task Handle_KeyValueAndHeaders_AreAsTheyWere()
    {
        var headers = new RecordHeaders();
        headers.Add("trace"u8, [1, 2], hasValue: true);
        headers.Add("trace"u8, [], hasValue: false);
        _ledger.Receive(new StoredRecord(Records.Create(0).View() with
        {
            Key = [7],
            HasKey = true,
            Value = [8, 9],
            Headers = headers,
            TimestampMs = 1_700_000_000_123,
            TimestampType = TimestampType.CreateTime,
        }));
        _ledger.Serve();
        await NackAsync(1);

        _undeliverable.Handle();

        var message = _producer.Sent.Single();
        message.Key.Should().Equal(7);
        message.Value.Should().Equal(8, 9);
        message.Headers.Take(2).Select(header => (header.Key, header.GetValueBytes()?.Length)).Should().Equal(("trace", 2), ("trace", null));
        Header(message, "timestamp").Should().Be("1700000000123");
        Header(message, "timestamp_type").Should().Be("CreateTime");
        message.Headers.Should().NotContain(header => header.Key == "kafka_consume.dlq.omitted");
    }

    public void Dispose()
    {
        _readings.Dispose();
        _metrics.Dispose();
        _meters.Dispose();
    }

    private static string Header(Message<byte[]?, byte[]?> message, string name) =>
        Encoding.UTF8.GetString(message.Headers.GetLastBytes($"kafka_consume.dlq.{name}"));

    private async Task GiveUpAsync(int count, string? reason = null)
    {
        _ledger.Receive(0, count);
        await NackAsync(count, reason);
    }

    private async Task NackAsync(int count, string? reason = null)
    {
        var batch = await TakeAsync(count);
        _ledger.Acknowledge(new AckMessage(AckKind.Nack) { Batch = batch.Id, Reason = reason }, "ada").Outcome.Problem.Should().BeNull();
    }

    private async Task<RecordBatch> TakeAsync(int count) => await _ledger.TakeAsync(count, 1_000_000, TimeSpan.Zero, "ada", Token);
}
