using System.Diagnostics.Metrics;
using System.Text;
using Confluent.Kafka;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Leasing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>What becomes of records that clients get in vain, whatever the cluster.</summary>
public abstract class DeadLetterScenarios
{
    protected abstract Task<ITestKafka> KafkaAsync();

    [Fact]
    public async Task Nack_AsOftenAsAllowed_WritesTheRecordAsItWasAndThenCommits()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync(), partitions: 2);
        using var dead = await Topic.CreateAsync(topic.Kafka);
        var headers = new Headers { { "h", "1"u8.ToArray() }, { "h", null }, { "bin", [0xff, 0] }, { "kafka_consume.dlq.topic", "elsewhere"u8.ToArray() } };
        var timestamp = new Timestamp(1_795_334_400_123, TimestampType.CreateTime);
        await topic.ProduceAsync(
            new Message<byte[]?, byte[]?> { Key = [0xff, 0, 1], Value = [0xfe, 0], Headers = headers, Timestamp = timestamp }, partition: 1);
        await topic.ProduceAsync(new Message<byte[]?, byte[]?> { Key = null, Value = null }, partition: 1);
        await using var gateway = await StartAsync(topic, dead, ("MaxDeliveries", "2"));
        using var readings = new MeterReadings(gateway.Services.GetRequiredService<IMeterFactory>());
        var client = new AckClient(gateway);
        await TakeAsync(client, 2);

        await client.SayAsync(Nack(topic, "the stock is counted", 0));
        (await client.TakeAsync()).Offsets.Should().Equal(0);
        await client.SayAsync(Nack(topic, "the stock is still counted", 0));

        var letter = Read(dead, 1).Single();
        letter.Message.Key.Should().Equal(0xff, 0, 1);
        letter.Message.Value.Should().Equal(0xfe, 0);
        letter.Message.Headers.BackingList.Take(4).Select(Bytes).Should().Equal(headers.BackingList.Select(Bytes));
        letter.Message.Headers.BackingList.Skip(4).Select(header => (header.Key, Encoding.UTF8.GetString(header.GetValueBytes()))).Should().Equal(
            ("kafka_consume.dlq.topic", topic.Name),
            ("kafka_consume.dlq.partition", "1"),
            ("kafka_consume.dlq.offset", "0"),
            ("kafka_consume.dlq.timestamp", "1795334400123"),
            ("kafka_consume.dlq.timestamp_type", "CreateTime"),
            ("kafka_consume.dlq.group", topic.Name),
            ("kafka_consume.dlq.reason", "the stock is still counted"),
            ("kafka_consume.dlq.attempts", "2"));
        await Eventually.UntilAsync(() => Committed(topic, 2).SequenceEqual([0, 1]), "the commit passes the dead letter, and not the other record");
        readings.Sum("kafka_consume.records.dead_lettered", ("messaging.destination.name", topic.Name)).Should().Be(1);
        readings.Sum("kafka_consume.records.skipped").Should().Be(0);
    }

    [Fact]
    public async Task WebSocket_NackAsOftenAsAllowed_WritesTheRecordAndThenCommits()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        using var dead = await Topic.CreateAsync(topic.Kafka);
        await topic.ProduceManyAsync(0, 0, 2);
        await using var gateway = await StartAsync(topic, dead, ("Mode", "auto"), ("MaxDeliveries", "1"));
        using var client = await WorkSocket.ConnectAsync(gateway);
        var records = await client.TakeAsync(2);

        await client.Client.SendAsync(Nack(topic, "torn", 0));
        await client.AckAsync([records[1]]);

        var letter = Read(dead, 1).Single();
        letter.Message.Value.Should().Equal("v0"u8.ToArray());
        Encoding.UTF8.GetString(letter.Message.Headers.GetLastBytes("kafka_consume.dlq.reason")).Should().Be("torn");
        await Eventually.UntilAsync(() => Committed(topic)[0] == 2, "both are committed");
    }

    [Fact]
    public async Task WebSocket_ARecordThatKillsEveryClient_BecomesADeadLetterAndThoseBesideItDoNot()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        using var dead = await Topic.CreateAsync(topic.Kafka);
        await topic.ProduceManyAsync(0, 0, 6);
        await using var gateway = await StartAsync(topic, dead, ("Mode", "auto"), ("MaxDeliveries", "3"), ("AckTimeout", "01:00:00"));
        var acked = new HashSet<string>(StringComparer.Ordinal);
        for (var killed = 0; killed < 3;)
        {
            using var client = await WorkSocket.ConnectAsync(gateway);
            for (var isAlive = true; isAlive;)
            {
                var record = (await client.TakeAsync(1))[0];
                isAlive = (string?)record["value"] != "v2";
                if (isAlive)
                {
                    await client.AckAsync([record]);
                    acked.Add((string)record["value"]!);
                }
            }

            killed++;
            client.Cut();
        }

        using var last = await WorkSocket.ConnectAsync(gateway);
        while (acked.Count < 5)
        {
            var record = (await last.TakeAsync(1))[0];
            acked.Add((string)record["value"]!);
            await last.AckAsync([record]);
        }

        acked.Should().NotContain("v2");
        var letter = Read(dead, 1).Single();
        letter.Message.Value.Should().Equal("v2"u8.ToArray());
        Encoding.UTF8.GetString(letter.Message.Headers.GetLastBytes("kafka_consume.dlq.reason")).Should().Be("connection cut");
        await Eventually.UntilAsync(() => Committed(topic)[0] == 6, "nothing holds the partition up any more");
    }

    [Fact]
    public async Task AckTimeout_AsOftenAsAllowed_WritesTombstonesAndEmptyRecordsToo()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        using var dead = await Topic.CreateAsync(topic.Kafka);
        await topic.ProduceAsync(new Message<byte[]?, byte[]?> { Key = [], Value = null });
        await topic.ProduceAsync(new Message<byte[]?, byte[]?> { Key = null, Value = [] });
        await using var gateway = await StartAsync(topic, dead, ("MaxDeliveries", "1"), ("AckTimeout", "00:00:01"));
        await TakeAsync(new AckClient(gateway), 2);

        var letters = Read(dead, 2);

        letters.Select(letter => (letter.Message.Key?.Length, letter.Message.Value?.Length)).Should().Equal((0, null), (null, 0));
        letters.Select(letter => Encoding.UTF8.GetString(letter.Message.Headers.GetLastBytes("kafka_consume.dlq.reason")))
            .Should().Equal("ack timeout", "ack timeout");
        await Eventually.UntilAsync(() => Committed(topic)[0] == 2, "both are committed");
    }

    [Fact]
    public async Task Nack_TheDeadLetterTopicIsMissing_HoldsTheCommitAndSaysSoUntilItIsThere()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        using var dead = Topic.Open(topic.Kafka, $"dead-{topic.Name}");
        await topic.ProduceManyAsync(0, 0, 3);
        await using var gateway = await StartAsync(
            topic, dead, ("MaxDeliveries", "1"), ("Config.topic.metadata.propagation.max.ms", "100"));
        using var readings = new MeterReadings(gateway.Services.GetRequiredService<IMeterFactory>());
        var client = new AckClient(gateway);
        await TakeAsync(client, 3);
        await client.SayAsync(Ack(topic, 1));
        await client.SayAsync(Nack(topic, "no", 0));

        await Eventually.UntilAsync(() => readings.Sum("kafka_consume.dead_letters.failed") > 0, "an attempt fails");
        gateway.Logs.Entries.Should().Contain(
            entry => entry.Level == LogLevel.Error && entry.Text.Contains($"could not be written to {dead.Name}, and holds up the group's position"));
        (await client.SayAsync(Ack(topic, 2))).Should().Equal([0], "the first record is in no topic");
        Committed(topic).Should().Equal(0);

        await topic.Kafka.CreateTopicAsync(dead.Name);

        Read(dead, 1).Single().Message.Value.Should().Equal("v0"u8.ToArray());
        await Eventually.UntilAsync(() => Committed(topic)[0] == 3, "all is committed");
    }

    [Fact]
    public async Task Nack_TheGatewayEndsBeforeTheDeadLetterIsWritten_TheRecordComesAgain()
    {
        using var topic = await Topic.CreateAsync(await KafkaAsync());
        using var dead = Topic.Open(topic.Kafka, $"dead-{topic.Name}");
        await topic.ProduceManyAsync(0, 0, 2);
        await using (var first = await StartAsync(topic, dead, ("MaxDeliveries", "1")))
        {
            var client = new AckClient(first);
            await TakeAsync(client, 2);
            await client.SayAsync(Ack(topic, 1));
            await client.SayAsync(Nack(topic, "no", 0));
            await first.StopAsync();
        }

        Committed(topic).Should().Equal(0);
        await topic.Kafka.CreateTopicAsync(dead.Name);
        await using var second = await StartAsync(topic, dead, ("MaxDeliveries", "1"));
        await TakeAsync(new AckClient(second), 2);
        await new AckClient(second).SayAsync(Nack(topic, "no", 0, 1));

        Read(dead, 2).Select(letter => Encoding.UTF8.GetString(letter.Message.Value!)).Should().Equal("v0", "v1");
        await Eventually.UntilAsync(() => Committed(topic)[0] == 2, "all is committed");
    }

    private protected static Task<Gateway> StartAsync(Topic topic, Topic dead, params (string, string)[] settings) =>
        AckClient.StartGatewayAsync(topic, [("EnableDlq", "true"), ("DlqTopic", dead.Name), .. settings]);

    /// <summary>Takes so many records, in however many batches they come: to give one back would count.</summary>
    private protected static async Task TakeAsync(AckClient client, int count)
    {
        for (var taken = 0; taken < count;)
        {
            var batch = await client.TakeAsync();
            batch.Records.Should().NotBeEmpty();
            taken += batch.Records.Count;
        }
    }

    private protected static string Nack(Topic topic, string reason, params long[] offsets) =>
        $$"""{"type":"nack","records":[{{Named(topic, offsets)}}],"delay":0,"reason":"{{reason}}"}""";

    private protected static string Ack(Topic topic, params long[] offsets) => $$"""{"type":"ack","records":[{{Named(topic, offsets)}}]}""";

    private protected static long[] Committed(Topic topic, int partitions = 1) =>
        GroupClients.Committed(topic.Kafka.BootstrapServers, topic.Name, partitions, topic.Name);

    /// <summary>Reads the first records of a topic, as they are.</summary>
    private protected static List<ConsumeResult<byte[]?, byte[]?>> Read(Topic topic, int count)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = topic.Kafka.BootstrapServers,
            GroupId = "reader",
            EnableAutoCommit = false,
        }).SetLogHandler((_, _) => { }).Build();
        consumer.Assign(new TopicPartitionOffset(topic.Name, 0, Offset.Beginning));
        using var patience = new CancellationTokenSource(Eventually.Patience, TimeProvider.System);
        var read = new List<ConsumeResult<byte[]?, byte[]?>>();
        while (read.Count < count)
        {
            read.Add(consumer.Consume(patience.Token));
        }

        return read;
    }

    private static (string Name, string? Bytes) Bytes(IHeader header) =>
        (header.Key, header.GetValueBytes() is { } bytes ? Convert.ToHexString(bytes) : null);

    // All records lie in the last partition.
    private static string Named(Topic topic, IEnumerable<long> offsets) => string.Join(
        ',', offsets.Select(offset => $$"""{"topic":"{{topic.Name}}","partition":{{topic.Partitions - 1}},"offset":{{offset}}}"""));
}
