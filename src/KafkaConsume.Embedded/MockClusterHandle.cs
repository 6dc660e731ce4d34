using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;

namespace KafkaConsume.Embedded;

/// <summary>
/// Owns a mock cluster and the librdkafka client that hosts it. Being a safe handle, it outlives every call that is
/// under way when it is disposed.
/// </summary>
internal sealed class MockClusterHandle : SafeHandle
{
    private const int Producer = 0;
    private const int ErrorSize = 512;
    private readonly nint _client;

    private MockClusterHandle(nint client, nint cluster)
        : base(0, ownsHandle: true)
    {
        _client = client;
        SetHandle(cluster);
    }

    public override bool IsInvalid => handle == 0;

    internal static MockClusterHandle Create(int brokers)
    {
        var operation = $"start with {brokers} brokers";
        var client = CreateClient(operation);
        var cluster = NativeMethods.ClusterNew(client, brokers);
        if (cluster == 0)
        {
            NativeMethods.ClientDestroy(client);
            throw new EmbeddedKafkaException(operation, ErrorCode.Local_CritSysResource, "no cluster was created");
        }

        return new MockClusterHandle(client, cluster);
    }

    protected override bool ReleaseHandle()
    {
        // The cluster works on the client's queues and timers: it goes first.
        NativeMethods.ClusterDestroy(handle);
        NativeMethods.ClientDestroy(_client);
        return true;
    }

    private static nint CreateClient(string operation)
    {
        Span<byte> error = stackalloc byte[ErrorSize];
        var conf = NativeMethods.ConfNew();

        // The client has no brokers to talk to and would warn about that on standard error; errors still get there.
        var result = NativeMethods.ConfSet(conf, "log_level", "3", error, ErrorSize);
        var client = result == 0 ? NativeMethods.ClientNew(Producer, conf, error, ErrorSize) : 0;
        if (client == 0)
        {
            NativeMethods.ConfDestroy(conf);
            throw new EmbeddedKafkaException(operation, ErrorCode.Local_Fail, Encoding.UTF8.GetString(error[..error.IndexOf((byte)0)]));
        }

        return client;
    }
}
