using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tests.History;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>What a gateway in another process tells must arrive as it was told, or the history is of something else.</summary>
public sealed class HistoryLineTests
{
    private static readonly TopicPartition Partition = new("orders", 3);

    private static readonly HistoryEvent[] Told =
    [
        new HistoryEvent.Fault("a.1 lost orders [3]"),
        new HistoryEvent.TookOver("a.1", Partition),
        new HistoryEvent.GaveUp("a.1", Partition),
        new HistoryEvent.GivenUp(new RecordId(Partition, 7_000_000_000), 4),
        new HistoryEvent.GivenUp(new RecordId(Partition, 7), 5) { IsDeadLetter = true },
    ];

    [Fact]
    public void Read_OfWhatWasWritten_IsTheSame() =>
        Told.Select(seen => HistoryLine.Read(HistoryLine.Of(seen))).Should().Equal(Told);

    [Fact]
    public async Task Write_ToAReader_IsNotedBeforeItReturns()
    {
        var log = new HistoryLog(TimeProvider.System);
        await using var reader = new NoteReader(log);
        using var writer = new NoteWriter(reader.Port);

        foreach (var seen in Told)
        {
            writer.Write(HistoryLine.Of(seen));
            (log.Events[^1] with { At = default }).Should().Be(seen);
        }

        writer.Write(NoteReader.Listening(new Uri("http://127.0.0.1:5000/")));
        (await reader.Address).Port.Should().Be(5000);
    }
}
