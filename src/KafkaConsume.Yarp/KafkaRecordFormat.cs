namespace KafkaConsume.Yarp;

/// <summary>What clients get of a record.</summary>
public enum KafkaRecordFormat
{
    /// <summary>The record with topic, partition, offset, timestamp, key, value and headers. The default.</summary>
    Record,

    /// <summary>The value alone.</summary>
    Value,
}
