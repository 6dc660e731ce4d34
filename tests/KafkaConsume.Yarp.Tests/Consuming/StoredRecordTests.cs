using Confluent.Kafka;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Tests.Consuming;

public sealed class StoredRecordTests
{
    public static TheoryData<byte[]?, byte[]?> Parts => new()
    {
        { null, null },
        { [], [] },
        { null, [1, 2] },
        { [], null },
        { [1, 2, 3], [] },
        { [1, 2, 3], [4, 5] },
    };

    [Theory]
    [MemberData(nameof(Parts))]
    public void View_KeyAndValue_AreAsTheyWere(byte[]? key, byte[]? value)
    {
        var stored = new StoredRecord(new RecordView
        {
            Topic = "orders",
            Partition = 3,
            Offset = 42,
            TimestampMs = 1_700_000_000_123,
            TimestampType = TimestampType.LogAppendTime,
            LeaderEpoch = 7,
            Key = key,
            HasKey = key is not null,
            Value = value,
            HasValue = value is not null,
        });

        var view = stored.View(attempt: 2);

        var record = ReadRecord.Of(view);
        (record.Topic, record.Partition, record.Offset, record.TimestampMs).Should().Be(("orders", 3, 42, 1_700_000_000_123));
        record.Key.Should().Equal(key);
        record.Value.Should().Equal(value);
        (view.TimestampType, view.LeaderEpoch, view.Attempt, view.IsCut).Should().Be((TimestampType.LogAppendTime, 7, 2, false));
        (stored.LeaderEpoch, stored.Size).Should().Be((7, (key?.Length ?? 0) + (value?.Length ?? 0)));
        stored.Key.Should().Equal(key);
        stored.Value.Should().Equal(value);
    }

    [Fact]
    public void View_TheReadersMemoryServesAnotherRecord_StaysAsItWas()
    {
        byte[] memory = [1, 2];
        var headers = new RecordHeaders();
        headers.Add("trace"u8, [3], hasValue: true);
        headers.Add("empty"u8, [], hasValue: true);
        headers.Add("null"u8, [], hasValue: false);
        var stored = new StoredRecord(Of(memory) with { Headers = headers });

        memory.AsSpan().Fill(9);
        headers.Clear();
        headers.Add("other"u8, [9, 9, 9], hasValue: true);

        var record = ReadRecord.Of(stored.View());
        record.Value.Should().Equal(1, 2);
        record.Headers.Select(header => header.Name).Should().Equal("trace", "empty", "null");
        record.Headers.Select(header => header.Value?.Length).Should().Equal(1, 0, null);
        stored.Size.Should().Be(2 + "trace".Length + 1 + "empty".Length + "null".Length);
    }

    [Fact]
    public void View_TooLargeForJson_IsCutAndTheRecordIsNot()
    {
        var stored = new StoredRecord(Of(new byte[RecordWeight.Max / 3]));

        stored.View().IsCut.Should().BeTrue("control characters take six bytes in JSON");
        stored.View().HasValue.Should().BeFalse();
        stored.IsCut.Should().BeFalse();
        stored.Value.Should().HaveCount(RecordWeight.Max / 3, "a dead letter is no JSON");
    }

    [Fact]
    public void View_CutBeforeItWasKept_IsCutStill()
    {
        var stored = new StoredRecord((Of([1, 2, 3]) with { Key = "k"u8.ToArray(), HasKey = true }).Cut());

        stored.IsCut.Should().BeTrue();
        stored.View().IsCut.Should().BeTrue();
        ReadRecord.Of(stored.View()).Should().BeEquivalentTo(new { Key = "k"u8.ToArray(), Value = (byte[]?)null });
    }

    private static RecordView Of(byte[] value) => new()
    {
        Topic = "orders",
        Partition = 0,
        Offset = 0,
        TimestampMs = RecordView.NoTimestamp,
        Value = value,
        HasValue = true,
    };
}
