using Confluent.Kafka;
using KafkaConsume.Embedded;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Pipeline;

namespace KafkaConsume.Yarp.Tests.Consuming;

/// <summary>Confluent.Kafka's handlers are served by whoever reads, and outages are told and survived, on both ways to read.</summary>
public sealed class RecordReaderHandlerTests : IDisposable
{
    private readonly EmbeddedKafka _cluster = EmbeddedKafka.Start();

    public void Dispose() => _cluster.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wait_BrokersThatGoAndComeBack_AreReportedAndNothingIsMissing(bool isPortable)
    {
        var kafka = new EmbeddedTestKafka(_cluster);
        using var topic = await Topic.CreateAsync(kafka, partitions: 2);
        await topic.ProduceManyAsync(0, 0, 10);
        using var reader = new TestReader(kafka.BootstrapServers, isPortable);
        await reader.AssignAsync((topic.Name, 0, 0), (topic.Name, 1, 0));
        await reader.UntilAsync(10);

        await kafka.StopAsync();
        await Eventually.UntilAsync(() => reader.Errors.Any(error => error.Code == ErrorCode.Local_AllBrokersDown), "the error handler");
        var producing = topic.ProduceManyAsync(1, 0, 10);
        await kafka.StartAsync();
        await producing;
        await topic.ProduceManyAsync(0, 10, 10);

        await reader.UntilAsync(30);
        reader.Records.Where(record => record.Partition == 0).Select(record => record.Text).Should().Equal(Enumerable.Range(0, 20).Select(number => $"v{number}"));
        reader.Records.Where(record => record.Partition == 1).Select(record => record.Text).Should().Equal(Enumerable.Range(0, 10).Select(number => $"v{number}"));
        reader.Failures.Should().BeEmpty("an outage heals by itself");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wait_FetchThatIsDenied_FailsWithTheBrokersError(bool isPortable)
    {
        using var topic = await Topic.CreateAsync(new EmbeddedTestKafka(_cluster));
        await topic.ProduceManyAsync(0, 0, 3);
        _cluster.FailNextOnPartition(topic.Name, 0, KafkaApi.Fetch, ErrorCode.TopicAuthorizationFailed);
        using var reader = new TestReader(_cluster.BootstrapServers, isPortable);
        await reader.AssignAsync((topic.Name, 0, 0));

        await reader.UntilAsync(3);

        var failure = reader.Failures.Should().ContainSingle().Subject;
        failure.Error.Code.Should().Be(ErrorCode.TopicAuthorizationFailed);
        failure.Error.IsBrokerError.Should().BeTrue();
        failure.ConsumerRecord.TopicPartition.Should().Be(new TopicPartition(topic.Name, 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wait_Statistics_ComeOnTheReadersThread(bool isPortable)
    {
        var thread = 0;
        using var reader = new TestReader(
            _cluster.BootstrapServers,
            isPortable,
            config => config.StatisticsIntervalMs = 50,
            builder => builder.SetStatisticsHandler((_, json) => thread = json.Length > 0 ? Environment.CurrentManagedThreadId : 0));

        await Eventually.UntilAsync(() => Volatile.Read(ref thread) != 0, "statistics");

        var own = 0;
        await reader.DoAsync(_ => own = Environment.CurrentManagedThreadId);
        thread.Should().Be(own);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wait_LinesOfTheLog_Come(bool isPortable)
    {
        var lines = 0;
        using var reader = new TestReader(
            _cluster.BootstrapServers,
            isPortable,
            config => config.Debug = "broker",
            builder => builder.SetLogHandler((_, _) => Interlocked.Increment(ref lines)));

        await Eventually.UntilAsync(() => Volatile.Read(ref lines) > 0, "a line");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wait_TokenThatEnds_IsRefreshedAgainAndAgain(bool isPortable)
    {
        var refreshes = 0;
        using var reader = new TestReader(
            "127.0.0.1:1",
            isPortable,
            config =>
            {
                config.SecurityProtocol = SecurityProtocol.SaslPlaintext;
                config.SaslMechanism = SaslMechanism.OAuthBearer;
            },
            builder => builder.SetLogHandler((_, _) => { }).SetOAuthBearerTokenRefreshHandler((client, _) =>
            {
                Interlocked.Increment(ref refreshes);
                client.OAuthBearerSetToken("token", TimeProvider.System.GetUtcNow().AddSeconds(2).ToUnixTimeMilliseconds(), "user");
            }));

        await Eventually.UntilAsync(() => Volatile.Read(ref refreshes) >= 2, "two tokens");
    }
}
