using Confluent.Kafka;
using KafkaConsume.Yarp.Tests.Kafka;
using KafkaConsume.Yarp.Tests.Pipeline;

namespace KafkaConsume.Yarp.Tests.Consuming;

public sealed class RecordReaderAllocationTests(EmbeddedKafkaFixture embedded)
{
    private const int Count = 20_000;
    private const int MaxTurns = 10;

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 450)]
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

        // Code that has not been compiled for good yet allocates what the compiler does without later, so it is the best turn that counts.
        var least = long.MaxValue;
        for (var turn = 0; turn < MaxTurns && least >= Count * bytesPerRecord; turn++)
        {
            least = Math.Min(least, await ReadAsync(topic.Name));
        }

        least.Should().BeLessThan(Count * bytesPerRecord);

        async Task<long> ReadAsync(string name)
        {
            var allocated = 0L;
            await reader.DoAsync(own =>
            {
                count = 0;
                own.Assign([new TopicPartitionOffset(name, 0, 0)]);
                var before = GC.GetAllocatedBytesForCurrentThread();
                while (count < Count)
                {
                    if (own.Wait(TimeSpan.FromMilliseconds(100)))
                    {
                        own.Take(reader);
                    }
                }

                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            });
            return allocated;
        }
    }
}
