using Confluent.Kafka;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Pipeline;

namespace KafkaConsume.Yarp.Tests.Consuming;

public sealed class RecordReaderAllocationTests(EmbeddedKafkaFixture embedded)
{
    private const int Count = 20_000;

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 400)]
    public async Task Take_ManyRecordsWithHeaders_AllocatesNoMoreThanItMust(bool isPortable, int bytesPerRecord)
    {
        using var topic = await Topic.CreateAsync(embedded.Kafka);
        var message = new Message<byte[]?, byte[]?> { Key = new byte[10], Value = new byte[100], Headers = isPortable ? null : new Headers { { "h", [1] } } };
        await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => topic.ProduceAsync(message)));
        using var reader = new TestReader(embedded.Kafka.BootstrapServers, isPortable);
        var count = 0;
        reader.OnRecord = _ => ++count > 0;
        await reader.AssignAsync((topic.Name, 0, 0));
        await Eventually.UntilAsync(() => count == Count, "a first turn, which does not count");

        var allocated = 0L;
        await reader.DoAsync(own =>
        {
            own.Assign([new TopicPartitionOffset(topic.Name, 0, 0)]);
            var before = GC.GetAllocatedBytesForCurrentThread();
            while (count < 2 * Count)
            {
                if (own.Wait(TimeSpan.FromMilliseconds(100)))
                {
                    own.Take(reader);
                }
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        });

        allocated.Should().BeLessThan(Count * bytesPerRecord);
    }
}
