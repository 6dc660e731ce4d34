using System.Text.Json.Nodes;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>What one client has read, in the order in which it came.</summary>
internal sealed class ReadLog
{
    private readonly Dictionary<(string Topic, int Partition), List<(long Offset, string? Value)>> _records = [];

    public int Count { get; private set; }

    public void Add(string json) => Add(JsonNode.Parse(json)!);

    public void Add(JsonNode record)
    {
        var partition = PartitionOf(record);
        if (!_records.TryGetValue(partition, out var records))
        {
            _records.Add(partition, records = []);
        }

        records.Add(((long)record["offset"]!, record["value"]?.ToString()));
        Count++;
    }

    /// <summary>Gets the offset behind the last record of a record's partition.</summary>
    public long Next(JsonNode record) => _records.TryGetValue(PartitionOf(record), out var records) ? records[^1].Offset + 1 : 0;

    /// <summary>Checks that every record of the topic came once and in the order of its partition.</summary>
    public void ShouldBeAllOf(string topic, int partitions, int recordsPerPartition)
    {
        _records.Keys.Should().OnlyContain(key => key.Topic == topic).And.HaveCount(partitions);
        foreach (var partition in _records.Keys)
        {
            ShouldBe(partition, Enumerable.Range(0, recordsPerPartition));
        }
    }

    /// <summary>Checks which records of a partition came, and in which order.</summary>
    public void ShouldBe((string Topic, int Partition) partition, IEnumerable<int> offsets) =>
        _records[partition].Select(record => record.Offset).Should().Equal(offsets.Select(offset => (long)offset), "of {0}", partition);

    /// <summary>Checks that the records are those of the topic: the same values at the same offsets, in the order of their partitions.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="contents">The records of each partition by its number, as a plain consumer reads them.</param>
    public void ShouldBe(string topic, IReadOnlyList<IReadOnlyList<(long Offset, string? Value)>> contents)
    {
        Count.Should().Be(contents.Sum(records => records.Count));
        for (var partition = 0; partition < contents.Count; partition++)
        {
            if (contents[partition].Count > 0)
            {
                _records.Should().ContainKey((topic, partition));
                _records[(topic, partition)].Should().Equal(contents[partition], "of partition {0}", partition);
            }
        }
    }

    private static (string Topic, int Partition) PartitionOf(JsonNode record) => ((string)record["topic"]!, (int)record["partition"]!);
}
