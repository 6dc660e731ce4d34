using System.Text.Json.Nodes;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>What one client has read, in the order in which it came.</summary>
internal sealed class ReadLog
{
    private readonly Dictionary<(string Topic, int Partition), List<long>> _offsets = [];

    public int Count { get; private set; }

    public void Add(string json) => Add(JsonNode.Parse(json)!);

    public void Add(JsonNode record)
    {
        var partition = ((string)record["topic"]!, (int)record["partition"]!);
        if (!_offsets.TryGetValue(partition, out var offsets))
        {
            _offsets.Add(partition, offsets = []);
        }

        offsets.Add((long)record["offset"]!);
        Count++;
    }

    /// <summary>Checks that every record of the topic came once and in the order of its partition.</summary>
    public void ShouldBeAllOf(string topic, int partitions, int recordsPerPartition)
    {
        _offsets.Keys.Should().OnlyContain(key => key.Topic == topic).And.HaveCount(partitions);
        foreach (var partition in _offsets.Keys)
        {
            ShouldBe(partition, Enumerable.Range(0, recordsPerPartition));
        }
    }

    /// <summary>Checks which records of a partition came, and in which order.</summary>
    public void ShouldBe((string Topic, int Partition) partition, IEnumerable<int> offsets) =>
        _offsets[partition].Should().Equal(offsets.Select(offset => (long)offset), "of {0}", partition);
}
