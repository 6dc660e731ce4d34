using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>The functions of librdkafka that reading by batches needs, in the very library that Confluent.Kafka has loaded.</summary>
internal sealed unsafe class NativeClient
{
    /// <summary>The first version whose batches skip no records after a change of the assignment.</summary>
    private const int MinVersion = 0x02010000;
    private const int NextMajorVersion = 0x03000000;

    private static readonly Lazy<NativeClient?> Loaded = new(Load);

    private readonly delegate* unmanaged<int> _version;
    private readonly delegate* unmanaged<int> _threadCount;
    private readonly delegate* unmanaged<nint, nint> _queueGetConsumer;
    private readonly delegate* unmanaged<nint, void> _queueDestroy;
    private readonly delegate* unmanaged<nint, int, nint*, nuint, nint> _consumeBatchQueue;
    private readonly delegate* unmanaged<nint, void> _messageDestroy;
    private readonly delegate* unmanaged<nint, nint*, ErrorCode> _messageHeaders;
    private readonly delegate* unmanaged<nint, nuint, byte**, byte**, nuint*, ErrorCode> _headerGetAll;
    private readonly delegate* unmanaged<nint, byte*, nuint, ErrorCode> _fatalError;

    // These read a field or two. Sparing them the change of the thread's mode halves what they cost.
    private readonly delegate* unmanaged[SuppressGCTransition]<nint, int*, long> _messageTimestamp;
    private readonly delegate* unmanaged[SuppressGCTransition]<nint, byte*> _topicName;
    private readonly delegate* unmanaged[SuppressGCTransition]<nint, int> _messageLeaderEpoch;

    private NativeClient(nint library)
    {
        _version = (delegate* unmanaged<int>)Find("rd_kafka_version");
        _threadCount = (delegate* unmanaged<int>)Find("rd_kafka_thread_cnt");
        _queueGetConsumer = (delegate* unmanaged<nint, nint>)Find("rd_kafka_queue_get_consumer");
        _queueDestroy = (delegate* unmanaged<nint, void>)Find("rd_kafka_queue_destroy");
        _consumeBatchQueue = (delegate* unmanaged<nint, int, nint*, nuint, nint>)Find("rd_kafka_consume_batch_queue");
        _messageDestroy = (delegate* unmanaged<nint, void>)Find("rd_kafka_message_destroy");
        _messageHeaders = (delegate* unmanaged<nint, nint*, ErrorCode>)Find("rd_kafka_message_headers");
        _headerGetAll = (delegate* unmanaged<nint, nuint, byte**, byte**, nuint*, ErrorCode>)Find("rd_kafka_header_get_all");
        _fatalError = (delegate* unmanaged<nint, byte*, nuint, ErrorCode>)Find("rd_kafka_fatal_error");
        _messageTimestamp = (delegate* unmanaged[SuppressGCTransition]<nint, int*, long>)Find("rd_kafka_message_timestamp");
        _topicName = (delegate* unmanaged[SuppressGCTransition]<nint, byte*>)Find("rd_kafka_topic_name");
        _messageLeaderEpoch = (delegate* unmanaged[SuppressGCTransition]<nint, int>)Find("rd_kafka_message_leader_epoch");

        nint Find(string name) => NativeLibrary.GetExport(library, name);
    }

    /// <summary>Gets the functions, or null where they are not what is expected. There must be a client of Confluent.Kafka.</summary>
    public static NativeClient? Find()
    {
        // A second copy of the library would have no threads: handles of the first must not go there.
        return Loaded.Value is { } native && native._threadCount() > 0 ? native : null;
    }

    /// <summary>Gets the queue of a consumer, or 0.</summary>
    public nint GetQueue(nint consumer) => _queueGetConsumer(consumer);

    public void DestroyQueue(nint queue) => _queueDestroy(queue);

    /// <summary>Reads messages until there is room for no more or the time is up, and serves the consumer's events meanwhile.</summary>
    public int Read(nint queue, int milliseconds, Span<nint> messages)
    {
        fixed (nint* first = messages)
        {
            return Math.Max(0, (int)_consumeBatchQueue(queue, milliseconds, first, (nuint)messages.Length));
        }
    }

    public void Destroy(nint message) => _messageDestroy(message);

    public ReadOnlySpan<byte> GetTopicName(nint topic) =>
        topic == 0 ? default : MemoryMarshal.CreateReadOnlySpanFromNullTerminated(_topicName(topic));

    public long GetTimestamp(nint message, out TimestampType type)
    {
        int kind;
        var timestamp = _messageTimestamp(message, &kind);
        type = (TimestampType)kind;
        return type is TimestampType.NotAvailable ? RecordView.NoTimestamp : timestamp;
    }

    /// <summary>Gets the epoch of the partition's leader, or null.</summary>
    public int? GetLeaderEpoch(nint message) => _messageLeaderEpoch(message) is >= 0 and var epoch ? epoch : null;

    /// <summary>Adds the headers of a message, if it has any.</summary>
    public void ReadHeaders(nint message, RecordHeaders headers)
    {
        nint list;
        if (_messageHeaders(message, &list) is not ErrorCode.NoError)
        {
            return;
        }

        byte* name;
        byte* value;
        nuint length;
        for (nuint index = 0; _headerGetAll(list, index, &name, &value, &length) is ErrorCode.NoError; index++)
        {
            headers.Add(
                MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name), new ReadOnlySpan<byte>(value, checked((int)length)), value is not null);
        }
    }

    /// <summary>Makes an error of a code as Confluent.Kafka does: what is fatal for the client has another code behind it.</summary>
    public Error ToError(nint consumer, ErrorCode code, string reason)
    {
        if (code is not ErrorCode.Local_Fatal)
        {
            return reason.Length == 0 ? new Error(code) : new Error(code, reason);
        }

        var text = stackalloc byte[512];
        code = _fatalError(consumer, text, 512);
        return new Error(code, Marshal.PtrToStringUTF8((nint)text) ?? "", isFatal: true);
    }

    private static NativeClient? Load()
    {
        foreach (var name in Names(OperatingSystem.IsLinux(), RuntimeInformation.RuntimeIdentifier))
        {
            if (NativeLibrary.TryLoad(name, typeof(Library).Assembly, null, out var library))
            {
                try
                {
                    var native = new NativeClient(library);
                    var version = native._version();
                    return version is >= MinVersion and < NextMajorVersion && version == Library.Version ? native : null;
                }
                catch (EntryPointNotFoundException)
                {
                    return null;
                }
            }
        }

        return null;
    }

    // The names and the order of Confluent.Kafka. The build with Kerberos loads only where libsasl2 is installed.
    private static string[] Names(bool isLinux, string runtimeIdentifier) => (isLinux, runtimeIdentifier) switch
    {
        (false, _) => ["librdkafka"],
        (true, var rid) when rid.Contains("musl", StringComparison.Ordinal) || rid.StartsWith("alpine", StringComparison.Ordinal)
            => ["alpine-librdkafka", "librdkafka"],
        _ => ["librdkafka", "centos8-librdkafka", "alpine-librdkafka"],
    };
}
