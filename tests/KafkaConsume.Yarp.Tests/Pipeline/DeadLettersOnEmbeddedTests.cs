using System.Diagnostics.Metrics;
using System.Text;
using Confluent.Kafka;
using KafkaConsume.Embedded;
using KafkaConsume.Yarp.Tests.Kafka;
using Microsoft.Extensions.DependencyInjection;

namespace KafkaConsume.Yarp.Tests.Pipeline;

public sealed class DeadLettersOnEmbeddedTests(EmbeddedKafkaFixture embedded) : DeadLetterScenarios
{
    [Fact]
    public async Task Nack_TheProducerIsOfNoUseAnyMore_HoldsTheCommitUntilAnotherOneHasWritten()
    {
        using var kafka = EmbeddedKafka.Start();
        using var topic = await Topic.CreateAsync(new EmbeddedTestKafka(kafka));
        using var dead = await Topic.CreateAsync(topic.Kafka);
        await topic.ProduceManyAsync(0, 0, 3);
        await using var gateway = await StartAsync(topic, dead, ("MaxDeliveries", "1"));
        using var readings = new MeterReadings(gateway.Services.GetRequiredService<IMeterFactory>());
        var client = new AckClient(gateway);
        await TakeAsync(client, 3);

        // One is refused an identity when it begins, and one that has written loses its own and gets no other.
        kafka.FailNext(KafkaApi.InitProducerId, ErrorCode.ClusterAuthorizationFailed);
        await FailAsync(0, failures: 1);
        Read(dead, 1);
        await Eventually.UntilAsync(() => Committed(topic)[0] == 1, "another one has written");
        await client.SayAsync(Nack(topic, "no", 1));
        await Eventually.UntilAsync(() => Committed(topic)[0] == 2, "it goes on writing");
        kafka.FailNext(KafkaApi.InitProducerId, ErrorCode.ClusterAuthorizationFailed);
        kafka.FailNext(KafkaApi.Produce, ErrorCode.InvalidProducerEpoch);
        await FailAsync(2, failures: 2);

        Read(dead, 3).Select(letter => Encoding.UTF8.GetString(letter.Message.Value!)).Should().Equal("v0", "v1", "v2");
        await Eventually.UntilAsync(() => Committed(topic)[0] == 3, "all is committed");
        readings.Sum("kafka_consume.records.dead_lettered").Should().Be(3);

        async Task FailAsync(long offset, int failures)
        {
            await client.SayAsync(Nack(topic, "no", offset));
            await Eventually.UntilAsync(() => readings.Sum("kafka_consume.dead_letters.failed") == failures, "an attempt fails");
            Committed(topic).Should().Equal([offset], gateway.Logs.ToString());
        }
    }

    protected override Task<ITestKafka> KafkaAsync() => Task.FromResult(embedded.Kafka);
}
