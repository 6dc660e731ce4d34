using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// A dead letter: the record's key, value and headers as they were, and behind them headers of text that say where it came from and
/// why it is here. A record that has been a dead letter before has some of them twice; the last one counts, as in Kafka's own clients.
/// </summary>
internal static class DeadLetterMessage
{
    private const string Prefix = "kafka_consume.dlq.";

    public static Message<byte[]?, byte[]?> Of(TrackedRecord tracked, string groupId)
    {
        var record = tracked.Record!;
        var headers = new Headers();
        for (var index = 0; index < (record.Headers?.Count ?? 0); index++)
        {
            var header = record.Headers![index];
            headers.Add(Encoding.UTF8.GetString(header.NameUtf8), header.HasValue ? header.Value.ToArray() : null);
        }

        Add("topic", record.Topic);
        Add("partition", Text(record.Partition));
        Add("offset", Text(record.Offset));
        if (record.TimestampType is not TimestampType.NotAvailable)
        {
            Add("timestamp", Text(record.TimestampMs));
            Add("timestamp_type", record.TimestampType.ToString());
        }

        Add("group", groupId);
        Add("reason", tracked.Reason ?? RecordFailures.Refused);
        Add("attempts", Text(tracked.Attempts));

        if (record.IsCut)
        {
            Add("omitted", record.Key is null ? "key,value,headers" : "value,headers");
        }

        // With the record's own time, retention might delete the dead letter at once.
        return new Message<byte[]?, byte[]?> { Key = record.Key, Value = record.Value, Headers = headers };

        void Add(string name, string value) => headers.Add(Prefix + name, Encoding.UTF8.GetBytes(value));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
