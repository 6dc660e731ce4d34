using System.Text;
using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;
using KafkaConsume.Yarp.Tailing;
using KafkaConsume.Yarp.Tests.Pipeline;

namespace KafkaConsume.Yarp.Tests.Tailing;

/// <summary>What the tests of catching up read with.</summary>
internal static class TailPieces
{
    public static FramingSpec Spec { get; } = new(FramingKind.Json, KafkaMessageDeserializer.Noop, KafkaRecordFormat.Record);

    /// <summary>Gets the records of a piece for a client, and moves the client behind it.</summary>
    public static void Read(CatchUpPiece piece, PartitionMap map, long[] positions, ReadLog log)
    {
        using var tail = new TailLog(map, Spec, [.. Enumerable.Repeat(long.MaxValue / 2, map.Count)], TailMemory.Of(new KafkaTailOptions(), TimeProvider.System));
        using var reader = new TailReader(keepsPositions: true);
        reader.TryAttach(tail, positions).Should().BeFalse("the tail is out of reach");
        reader.EnterPast(piece.First);
        while (reader.TryReadRecord(out var record) == TailRead.Block)
        {
            if (record.Length > 0)
            {
                log.Add(JsonNode.Parse(Encoding.UTF8.GetString(record.Span))!);
            }

            reader.Advance();
        }

        reader.Positions.CopyTo(positions, 0);
    }
}
