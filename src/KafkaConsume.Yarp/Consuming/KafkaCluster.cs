using Confluent.Kafka;
using Confluent.Kafka.Admin;
using KafkaConsume.Yarp.Configuration;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>
/// What the gateway asks a cluster besides records: which partitions topics have, and which offsets they start and end with. One
/// client, kept, serves all routes of a connection: asking costs one round trip and no thread.
/// </summary>
internal sealed partial class KafkaCluster : IDisposable
{
    private readonly Lazy<IAdminClient> _admin;
    private readonly ILogger _logger;
    private readonly TimeSpan _timeout;
    private readonly Lock _gate = new();
    private volatile Error? _loginError;
    private volatile bool _hasClassicGroupsOnly;
    private int _asking;
    private bool _isDisposed;

    public KafkaCluster(KafkaConnection connection, TimeSpan timeout, ILogger logger)
    {
        Connection = connection;
        _timeout = timeout;
        _logger = logger;
        _admin = new Lazy<IAdminClient>(Connect);
    }

    public KafkaConnection Connection { get; }

    /// <summary>Gets or sets a value indicating whether the brokers were found not to have consumer groups of the newer protocol (KIP-848).</summary>
    public bool HasClassicGroupsOnly
    {
        get => _hasClassicGroupsOnly;
        set => _hasClassicGroupsOnly = value;
    }

    /// <summary>Gets the partitions of topics as they are now.</summary>
    /// <exception cref="KafkaProblemException">A topic does not exist or may not be read, or Kafka does not answer.</exception>
    public Task<PartitionMap> DescribeAsync(IReadOnlyList<string> topics) => AskAsync(async admin =>
    {
        var options = new DescribeTopicsOptions { RequestTimeout = _timeout };
        var result = await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames(topics), options);
        return new PartitionMap([.. result.TopicDescriptions
            .OrderBy(topic => topic.Name, StringComparer.Ordinal)
            .Select(topic => new TopicPartitions(topic.Name, ToGuid(topic.TopicId), topic.Partitions.Count))]);
    });

    /// <summary>Gets one offset for each partition, the end where no record is that young.</summary>
    /// <param name="map">The partitions.</param>
    /// <param name="spec">Which offset.</param>
    /// <exception cref="KafkaProblemException">Kafka refuses or does not answer.</exception>
    public Task<long[]> ListOffsetsAsync(PartitionMap map, OffsetSpec spec) => AskAsync(async admin =>
    {
        var offsets = await ListAsync(admin, map, spec);
        if (spec is OffsetSpec.TimestampSpec && offsets.Any(offset => offset < 0))
        {
            var ends = await ListAsync(admin, map, OffsetSpec.Latest());
            for (var index = 0; index < offsets.Length; index++)
            {
                offsets[index] = offsets[index] < 0 ? ends[index] : offsets[index];
            }
        }

        return offsets;
    });

    /// <summary>Closes the client when the last question has been answered: librdkafka does not survive one that comes later.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            CloseIfUnused();
        }
    }

    private async Task<long[]> ListAsync(IAdminClient admin, PartitionMap map, OffsetSpec spec)
    {
        var specs = new TopicPartitionOffsetSpec[map.Count];
        for (var index = 0; index < specs.Length; index++)
        {
            specs[index] = new TopicPartitionOffsetSpec
            {
                TopicPartition = new TopicPartition(map.TopicOf(index), map.PartitionOf(index)),
                OffsetSpec = spec,
            };
        }

        // Read committed, so that the end is where a reader arrives, and not behind a transaction that is still open.
        var options = new ListOffsetsOptions { RequestTimeout = _timeout, IsolationLevel = IsolationLevel.ReadCommitted };
        var result = await admin.ListOffsetsAsync(specs, options);
        var offsets = new long[map.Count];
        Array.Fill(offsets, Offset.Unset.Value);
        foreach (var info in result.ResultInfos)
        {
            var partition = info.TopicPartitionOffsetError;
            offsets[map.IndexOf(partition.Topic, partition.Partition)] = partition.Offset.Value;
        }

        // Where the connection to a leader breaks, librdkafka 2.15.1 gives no offset for its partitions, and no error either.
        var missing = Array.FindIndex(offsets, offset => offset < 0 && !(spec is OffsetSpec.TimestampSpec && offset == Offset.End.Value));
        return missing < 0
            ? offsets
            : throw new KafkaProblemException(KafkaProblem.Unavailable($"No offset of {map.TopicOf(missing)} [{map.PartitionOf(missing)}] was told."));
    }

    private async Task<T> AskAsync<T>(Func<IAdminClient, Task<T>> question)
    {
        Enter();
        try
        {
            var answer = await question(_admin.Value);
            _loginError = null;
            return answer;
        }
        catch (DescribeTopicsException failure)
        {
            var error = failure.Results.TopicDescriptions.Select(topic => topic.Error).FirstOrDefault(error => error.IsError)
                ?? failure.Error;
            throw Problem(error, failure);
        }
        catch (ListOffsetsException failure)
        {
            var error = failure.Result.ResultInfos.Select(info => info.TopicPartitionOffsetError.Error).FirstOrDefault(error => error.IsError)
                ?? failure.Error;
            throw Problem(error, failure);
        }
        catch (KafkaException failure)
        {
            throw Problem(failure.Error, failure);
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException)
        {
            // The client could not even be made: a certificate that cannot be read, a mechanism that is not there.
            Log.NotConnected(_logger, Connection.Name, failure);
            throw new KafkaProblemException(KafkaProblem.AuthFailed(failure.Message), failure);
        }
        finally
        {
            Leave();
        }
    }

    private void Enter()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                throw new KafkaProblemException(KafkaProblem.Unavailable("The gateway stops."));
            }

            _asking++;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            _asking--;
            CloseIfUnused();
        }
    }

    private void CloseIfUnused()
    {
        if (_isDisposed && _asking == 0 && _admin.IsValueCreated)
        {
            // Not here: the last answer may have come on the client's own thread, which disposing waits for.
            _ = Task.Run(_admin.Value.Dispose);
        }
    }

    private KafkaProblemException Problem(Error error, Exception failure)
    {
        // A refused login shows as a request that times out; the reason came by the error handler before.
        var problem = KafkaProblem.From(error);
        return new KafkaProblemException(problem.IsUnavailable && _loginError is { } login ? KafkaProblem.From(login) : problem, failure);
    }

    private IAdminClient Connect() => new AdminClientBuilder(ConsumerConfigFactory.ForAdmin(Connection))
        .SetErrorHandler((_, error) =>
        {
            if (KafkaProblem.From(error).Type == "kafka-auth-failed")
            {
                _loginError = error;
            }

            Log.ClusterError(_logger, Connection.Name, error.Code, error.Reason);
        })
        .SetLogHandler((_, message) => Log.Librdkafka(_logger, Connection.Name, message.Facility, message.Message))
        .Build();

    private static Guid ToGuid(Uuid? id)
    {
        if (id is null)
        {
            return Guid.Empty;
        }

        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, id.MostSignificantBits);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes[8..], id.LeastSignificantBits);
        return new Guid(bytes, bigEndian: true);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Kafka connection {Connection}: {Code}: {Reason}", EventName = nameof(ClusterError))]
        public static partial void ClusterError(ILogger logger, string connection, ErrorCode code, string reason);

        [LoggerMessage(2, LogLevel.Debug, "Kafka connection {Connection}: {Facility}: {Message}", EventName = nameof(Librdkafka))]
        public static partial void Librdkafka(ILogger logger, string connection, string facility, string message);

        [LoggerMessage(3, LogLevel.Error, "Kafka connection {Connection}: no client could be made", EventName = nameof(NotConnected))]
        public static partial void NotConnected(ILogger logger, string connection, Exception exception);
    }
}
