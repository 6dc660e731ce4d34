using Confluent.Kafka;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>How large a record counts.</summary>
internal static class RecordSize
{
    /// <summary>Gets the bytes of a record's key, value and headers.</summary>
    public static int Of(Message<byte[]?, byte[]?> message)
    {
        var size = (long)(message.Key?.Length ?? 0) + (message.Value?.Length ?? 0);
        foreach (var header in message.Headers?.BackingList ?? [])
        {
            size += header.Key.Length + (header.GetValueBytes()?.Length ?? 0);
        }

        return (int)Math.Min(size, int.MaxValue);
    }
}
