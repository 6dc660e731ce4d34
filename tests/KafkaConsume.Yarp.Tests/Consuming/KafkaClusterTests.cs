using Confluent.Kafka;
using Confluent.Kafka.Admin;
using KafkaConsume.Embedded;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using Microsoft.Extensions.Logging.Abstractions;

namespace KafkaConsume.Yarp.Tests.Consuming;

public sealed class KafkaClusterTests : IDisposable
{
    private readonly EmbeddedKafka _kafka = EmbeddedKafka.Start(brokers: 2);

    public void Dispose() => _kafka.Dispose();

    [Theory]
    [InlineData(ErrorCode.Local_Transport)]
    [InlineData(ErrorCode.NotLeaderForPartition)]
    [InlineData(ErrorCode.LeaderNotAvailable)]
    [InlineData(ErrorCode.RequestTimedOut)]
    [InlineData(ErrorCode.OffsetNotAvailable)]
    [InlineData(ErrorCode.BrokerNotAvailable)]
    [InlineData(ErrorCode.KafkaStorageError)]
    [InlineData(ErrorCode.Unknown)]
    public async Task ListOffsetsAsync_BrokerThatRefuses_GivesTheOffsetsOrAProblemAndNothingElse(ErrorCode error)
    {
        _kafka.CreateTopic("t", partitions: 4);
        var cluster = Connect();
        var map = await cluster.DescribeAsync(["t"]);
        for (var count = 1; count <= 4; count++)
        {
            _kafka.ClearErrors(KafkaApi.ListOffsets);
            _kafka.FailNext(KafkaApi.ListOffsets, [.. Enumerable.Repeat(error, count)]);
            try
            {
                (await cluster.ListOffsetsAsync(map, OffsetSpec.Latest())).Should().Equal(0, 0, 0, 0);
            }
            catch (KafkaProblemException refused)
            {
                refused.Problem.IsUnavailable.Should().BeTrue();
            }
        }

        cluster.Dispose();
    }

    private KafkaCluster Connect()
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal) { ["bootstrap.servers"] = _kafka.BootstrapServers };
        return new KafkaCluster(new KafkaConnection("kafka", properties, "key"), TimeSpan.FromSeconds(1), NullLogger.Instance);
    }
}
