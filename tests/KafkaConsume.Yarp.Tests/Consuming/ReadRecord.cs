using System.Text;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Tests.Consuming;

/// <summary>A record that a reader handed on, copied.</summary>
internal sealed record ReadRecord(string Topic, int Partition, long Offset, long TimestampMs, byte[]? Key, byte[]? Value)
{
    public IReadOnlyList<(string Name, byte[]? Value)> Headers { get; init; } = [];

    public string Text => Encoding.UTF8.GetString(Value!);

    public static ReadRecord Of(in RecordView record)
    {
        var headers = new List<(string, byte[]?)>();
        for (var index = 0; index < (record.Headers?.Count ?? 0); index++)
        {
            var header = record.Headers![index];
            headers.Add((Encoding.UTF8.GetString(header.NameUtf8), header.HasValue ? header.Value.ToArray() : null));
        }

        return new ReadRecord(
            record.Topic,
            record.Partition,
            record.Offset,
            record.TimestampMs,
            record.HasKey ? record.Key.ToArray() : null,
            record.HasValue ? record.Value.ToArray() : null)
        {
            Headers = headers,
        };
    }
}
