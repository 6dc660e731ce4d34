using System.Text.Json;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Decoding;

namespace KafkaConsume.Yarp.Formatting;

/// <summary>
/// Writes a record as the JSON that a route promises. What is the same in every record is written as it is, and not by a JSON writer, which
/// would take most of the time for it.
/// </summary>
internal sealed class RecordFormatter(KafkaMessageDeserializer deserializer, KafkaRecordFormat format) : IDisposable
{
    private readonly IValueDecoder _decoder = ValueDecoder.For(deserializer);
    private readonly Utf8JsonWriter _writer = new(Stream.Null, JsonNames.WriterOptions);
    private readonly TopicText _topics = new();
    private readonly TimestampText _timestamps = new();

    /// <summary>Writes one JSON value: the record as an object, or its value alone.</summary>
    public void WriteRecord(PooledBuffer output, in RecordView record)
    {
        if (format is KafkaRecordFormat.Value)
        {
            WriteValue(output, record);
            return;
        }

        output.Write("{"u8);
        WriteProperties(output, record);
        output.Write("}"u8);
    }

    /// <summary>Writes the properties of the record into an object that the caller has begun; of a value alone, <c>value</c> and its markers.</summary>
    public void WriteProperties(PooledBuffer output, in RecordView record)
    {
        if (format is KafkaRecordFormat.Value)
        {
            WriteMarkedValue(output, record);
            return;
        }

        output.Write(_topics.Of(record.Topic));
        output.Write(",\"partition\":"u8);
        output.WriteNumber(record.Partition);
        output.Write(",\"offset\":"u8);
        output.WriteNumber(record.Offset);
        output.Write(",\"timestamp\":"u8);
        _timestamps.Write(output, record.TimestampMs);
        output.Write(",\"key\":"u8);
        WriteKey(output, record);
        output.Write(","u8);
        WriteMarkedValue(output, record);
        WriteHeaders(output, record.Headers);
        if (record.Attempt > 0)
        {
            output.Write(",\"attempt\":"u8);
            output.WriteNumber(record.Attempt);
        }
    }

    public void Dispose() => _writer.Dispose();

    private void WriteKey(PooledBuffer output, in RecordView record)
    {
        if (!record.HasKey)
        {
            output.Write("null"u8);
        }
        else if (JsonText.Write(output, _writer, record.Key) is ValueMarkers.Base64)
        {
            output.Write(",\"keyEncoding\":\"base64\""u8);
        }
    }

    private void WriteHeaders(PooledBuffer output, RecordHeaders? headers)
    {
        if (headers is null || headers.Count == 0)
        {
            return;
        }

        for (var i = 0; i < headers.Count; i++)
        {
            var header = headers[i];
            output.Write(i == 0 ? ",\"headers\":[{\"key\":"u8 : ",{\"key\":"u8);
            JsonText.Write(output, _writer, header.NameUtf8);
            output.Write(",\"value\":"u8);
            if (!header.HasValue)
            {
                output.Write("null"u8);
            }
            else if (JsonText.Write(output, _writer, header.Value) is ValueMarkers.Base64)
            {
                output.Write(",\"encoding\":\"base64\""u8);
            }

            output.Write("}"u8);
        }

        output.Write("]"u8);
    }

    private ValueMarkers WriteValue(PooledBuffer output, in RecordView record)
    {
        if (!record.HasValue)
        {
            output.Write("null"u8);
            return ValueMarkers.None;
        }

        if (deserializer is KafkaMessageDeserializer.Noop)
        {
            return JsonText.Write(output, _writer, record.Value);
        }

        _writer.Reset(output);
        var markers = _decoder.Write(_writer, record.Value);
        _writer.Flush();
        return markers;
    }

    private void WriteMarkedValue(PooledBuffer output, in RecordView record)
    {
        output.Write("\"value\":"u8);
        var markers = WriteValue(output, record);
        if ((markers & ValueMarkers.Base64) is not ValueMarkers.None)
        {
            output.Write(",\"valueEncoding\":\"base64\""u8);
        }

        if ((markers & ValueMarkers.InvalidJson) is not ValueMarkers.None)
        {
            output.Write(",\"valueError\":\"invalid-json\""u8);
        }

        if (record.IsCut)
        {
            output.Write(",\"valueError\":\"too-large\""u8);
        }
    }
}
