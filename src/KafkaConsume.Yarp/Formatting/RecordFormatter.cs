using System.Text.Json;
using Confluent.Kafka;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Decoding;

namespace KafkaConsume.Yarp.Formatting;

/// <summary>Writes a record as the JSON that a route promises.</summary>
internal sealed class RecordFormatter(KafkaMessageDeserializer deserializer, KafkaRecordFormat format)
{
    private readonly IValueDecoder _decoder = ValueDecoder.For(deserializer);

    /// <summary>Writes one JSON value: the record as an object, or its value alone.</summary>
    public void WriteRecord(Utf8JsonWriter writer, in RecordView record)
    {
        if (format is KafkaRecordFormat.Value)
        {
            WriteValue(writer, record);
            return;
        }

        writer.WriteStartObject();
        WriteProperties(writer, record);
        writer.WriteEndObject();
    }

    /// <summary>Writes the properties of the record into an object that the caller has begun; of a value alone, <c>value</c> and its markers.</summary>
    public void WriteProperties(Utf8JsonWriter writer, in RecordView record)
    {
        if (format is KafkaRecordFormat.Value)
        {
            WriteMarkedValue(writer, record);
            return;
        }

        writer.WriteString(JsonNames.Topic, record.Topic);
        writer.WriteNumber(JsonNames.Partition, record.Partition);
        writer.WriteNumber(JsonNames.Offset, record.Offset);
        writer.WritePropertyName(JsonNames.Timestamp);
        UtcTimestamp.Write(writer, record.TimestampMs);
        WriteKey(writer, record);
        WriteMarkedValue(writer, record);
        WriteHeaders(writer, record.Headers);
        if (record.Attempt > 0)
        {
            writer.WriteNumber(JsonNames.Attempt, record.Attempt);
        }
    }

    private static void WriteKey(Utf8JsonWriter writer, in RecordView record)
    {
        writer.WritePropertyName(JsonNames.Key);
        if (!record.HasKey)
        {
            writer.WriteNullValue();
        }
        else if (TextDecoder.WriteText(writer, record.Key) is ValueMarkers.Base64)
        {
            writer.WriteString(JsonNames.KeyEncoding, JsonNames.Base64);
        }
    }

    private static void WriteHeaders(Utf8JsonWriter writer, Headers? headers)
    {
        if (headers is null || headers.Count == 0)
        {
            return;
        }

        writer.WriteStartArray(JsonNames.Headers);
        for (var i = 0; i < headers.Count; i++)
        {
            var header = headers[i];
            writer.WriteStartObject();
            writer.WriteString(JsonNames.Key, header.Key);
            writer.WritePropertyName(JsonNames.Value);
            if (header.GetValueBytes() is not { } value)
            {
                writer.WriteNullValue();
            }
            else if (TextDecoder.WriteText(writer, value) is ValueMarkers.Base64)
            {
                writer.WriteString(JsonNames.Encoding, JsonNames.Base64);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private ValueMarkers WriteValue(Utf8JsonWriter writer, in RecordView record)
    {
        if (record.HasValue)
        {
            return _decoder.Write(writer, record.Value);
        }

        writer.WriteNullValue();
        return ValueMarkers.None;
    }

    private void WriteMarkedValue(Utf8JsonWriter writer, in RecordView record)
    {
        writer.WritePropertyName(JsonNames.Value);
        var markers = WriteValue(writer, record);
        if ((markers & ValueMarkers.Base64) is not ValueMarkers.None)
        {
            writer.WriteString(JsonNames.ValueEncoding, JsonNames.Base64);
        }

        if ((markers & ValueMarkers.InvalidJson) is not ValueMarkers.None)
        {
            writer.WriteString(JsonNames.ValueError, JsonNames.InvalidJson);
        }
    }
}
