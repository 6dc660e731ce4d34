using System.Globalization;
using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tests.History;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>Writes what a gateway notes about itself as a line, for another process to read.</summary>
internal static class HistoryLine
{
    public static string Of(HistoryEvent seen) => seen switch
    {
        HistoryEvent.Fault fault => $"fault\t{fault.What.ReplaceLineEndings(" ")}",
        HistoryEvent.TookOver start => $"took-over\t{start.Partition.Topic}\t{start.Partition.Partition.Value}\t{start.Gateway}",
        HistoryEvent.GaveUp end => $"gave-up\t{end.Partition.Topic}\t{end.Partition.Partition.Value}\t{end.Gateway}",
        HistoryEvent.GivenUp given => string.Create(
            CultureInfo.InvariantCulture,
            $"given-up\t{given.Record.Partition.Topic}\t{given.Record.Partition.Partition.Value}\t{given.Record.Offset}\t{given.Attempts}\t{given.IsDeadLetter}"),
        _ => throw new ArgumentException($"No gateway notes {seen}.", nameof(seen)),
    };

    /// <exception cref="FormatException">It is none of what <see cref="Of"/> writes.</exception>
    public static HistoryEvent Read(string line) => line.Split('\t') switch
    {
        ["fault", var what] => new HistoryEvent.Fault(what),
        ["took-over", var topic, var partition, var gateway] => new HistoryEvent.TookOver(gateway, Partition(topic, partition)),
        ["gave-up", var topic, var partition, var gateway] => new HistoryEvent.GaveUp(gateway, Partition(topic, partition)),
        ["given-up", var topic, var partition, var offset, var attempts, var isDeadLetter] => new HistoryEvent.GivenUp(
            new RecordId(Partition(topic, partition), long.Parse(offset, CultureInfo.InvariantCulture)), int.Parse(attempts, CultureInfo.InvariantCulture))
        {
            IsDeadLetter = bool.Parse(isDeadLetter),
        },
        _ => throw new FormatException(line),
    };

    private static TopicPartition Partition(string topic, string partition) => new(topic, int.Parse(partition, CultureInfo.InvariantCulture));
}
