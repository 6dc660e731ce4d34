using System.Globalization;
using System.Text;

namespace Peers.Bare;

/// <summary>The least that reading can cost: librdkafka's batches, and a copy of each value, since the memory is lent for a moment only.</summary>
internal sealed unsafe class LibrdkafkaLoop(PeerOptions options)
{
    private const int Batch = 1000;
    private const int PollMs = 100;
    private const int ErrorBytes = 512;
    private const int BufferBytes = 1024 * 1024;

    private readonly byte[] _values = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);
    private long _count;

    public string Count => Volatile.Read(ref _count).ToString(CultureInfo.InvariantCulture);

    public void Start() => new Thread(Run) { IsBackground = true, Name = "loop" }.Start();

    private static void Check(bool isGood, byte* error)
    {
        if (!isGood)
        {
            throw new InvalidOperationException(Encoding.UTF8.GetString(new ReadOnlySpan<byte>(error, ErrorBytes)).Split('\0')[0]);
        }
    }

    private void Run()
    {
        var error = stackalloc byte[ErrorBytes];
        var configuration = Librdkafka.NewConfiguration();
        foreach (var (name, value) in ConsumerSettings.Of(options))
        {
            Check(Librdkafka.Set(configuration, name, value, error, ErrorBytes) == 0, error);
        }

        var client = Librdkafka.NewClient(Librdkafka.ConsumerType, configuration, error, ErrorBytes);
        Check(client != 0, error);
        _ = Librdkafka.PollFromConsumerQueue(client);
        var partitions = Librdkafka.NewPartitions(1);
        _ = Librdkafka.AddPartition(partitions, options.Topic, 0);
        _ = Librdkafka.SetOffset(partitions, options.Topic, 0, 0);
        _ = Librdkafka.Assign(client, partitions);
        Read(Librdkafka.ConsumerQueue(client));
    }

    private void Read(nint queue)
    {
        var messages = stackalloc LibrdkafkaMessage*[Batch];
        var position = 0;
        while (true)
        {
            var count = (int)Librdkafka.ConsumeBatch(queue, PollMs, messages, Batch);
            var records = 0;
            for (var index = 0; index < count; index++)
            {
                var message = messages[index];
                if (message->Error == 0)
                {
                    var length = (int)message->Length;
                    position = position + length > BufferBytes ? 0 : position;
                    new ReadOnlySpan<byte>(message->Payload, length).CopyTo(_values.AsSpan(position));
                    position += length;
                    records++;
                }

                Librdkafka.Destroy(message);
            }

            Volatile.Write(ref _count, _count + records);
        }
    }
}
