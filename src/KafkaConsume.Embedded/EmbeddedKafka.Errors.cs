using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace KafkaConsume.Embedded;

public sealed partial class EmbeddedKafka
{
    /// <summary>
    /// Fails the next requests of a kind, on whichever broker they arrive: the first with the first error, the second with
    /// the second. Errors of earlier calls come first.
    /// </summary>
    /// <param name="api">The kind of request.</param>
    /// <param name="errors">
    /// The errors of the broker. <see cref="ErrorCode.Local_Transport"/> closes the connection instead of answering, and
    /// <see cref="ErrorCode.NoError"/> lets a request succeed.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There are no errors, one is no error of a broker, or the answer to <paramref name="api"/> has no place for it.
    /// </exception>
    /// <remarks>A broker that was ever given errors for this kind of request by <see cref="FailNextOnBroker"/> ignores these.</remarks>
    public void FailNext(KafkaApi api, params ReadOnlySpan<ErrorCode> errors)
    {
        CheckErrors(api, errors);
        NativeMethods.PushRequestErrors(Live(), (short)api, (nuint)errors.Length, errors);
    }

    /// <summary>Fails or delays the next request of a kind that arrives at one broker, after those of earlier calls.</summary>
    /// <param name="brokerId">The broker, from 1.</param>
    /// <param name="api">The kind of request.</param>
    /// <param name="error">
    /// The error; <see cref="ErrorCode.NoError"/> to delay only, <see cref="ErrorCode.Local_Transport"/> to close the
    /// connection, which is never delayed.
    /// </param>
    /// <param name="delay">How long the answer is held back, in whole milliseconds.</param>
    /// <exception cref="ArgumentException">There is no such broker or the error is not possible.</exception>
    /// <exception cref="PlatformNotSupportedException">The process runs on Apple silicon.</exception>
    public void FailNextOnBroker(int brokerId, KafkaApi api, ErrorCode error, TimeSpan delay = default)
    {
        Check.Range(brokerId, 1, Brokers);
        CheckErrors(api, [error]);
        var milliseconds = Check.Milliseconds(delay);
        CheckVariadicCalls();
        Run(
            $"fail {api} on broker {brokerId} with {error}",
            cluster => NativeMethods.BrokerPushRequestError(cluster, brokerId, (short)api, 1, error, milliseconds));
    }

    /// <summary>
    /// Fails the next requests of a kind for one partition; other partitions of the same request are not affected.
    /// A topic that does not exist is created.
    /// </summary>
    /// <param name="topic">The name of the topic.</param>
    /// <param name="partition">The partition, from 0.</param>
    /// <param name="api"><see cref="KafkaApi.Produce"/> or <see cref="KafkaApi.Fetch"/>.</param>
    /// <param name="errors">The errors of the broker; <see cref="ErrorCode.NoError"/> lets a request succeed.</param>
    /// <exception cref="ArgumentException">An argument is empty or not possible.</exception>
    /// <exception cref="EmbeddedKafkaException">There is no such partition.</exception>
    /// <exception cref="PlatformNotSupportedException">The process runs on Apple silicon.</exception>
    public void FailNextOnPartition(string topic, int partition, KafkaApi api, params ReadOnlySpan<ErrorCode> errors)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(topic);
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        CheckErrors(api, errors);
        if (api is not (KafkaApi.Produce or KafkaApi.Fetch))
        {
            throw new ArgumentException($"{api} cannot fail for a partition.", nameof(api));
        }

        if (errors.Contains(ErrorCode.Local_Transport))
        {
            throw new ArgumentException("A connection is closed for all partitions.", nameof(errors));
        }

        CheckVariadicCalls();
        foreach (var error in errors)
        {
            Run(
                $"fail {api} of '{topic}' [{partition}] with {error}",
                cluster => NativeMethods.PartitionPushRequestError(cluster, topic, partition, (short)api, 1, error));
        }
    }

    /// <summary>Takes back the errors of <see cref="FailNext"/> that have not been given yet.</summary>
    /// <param name="api">The kind of request.</param>
    public void ClearErrors(KafkaApi api)
    {
        Check.Api(api);
        NativeMethods.ClearRequestErrors(Live(), (short)api);
    }

    /// <summary>
    /// Sets the error that clients get when they ask for a topic's metadata. A topic that does not exist is created.
    /// </summary>
    /// <param name="topic">The name of the topic.</param>
    /// <param name="error">The error, or <see cref="ErrorCode.NoError"/> to end it.</param>
    /// <exception cref="ArgumentException">The name is empty, or the error is no error of a broker.</exception>
    public void SetTopicError(string topic, ErrorCode error)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(topic);
        if (error < ErrorCode.Unknown)
        {
            throw new ArgumentException($"{error} is no error that a broker can answer with.", nameof(error));
        }

        NativeMethods.TopicSetError(Live(), topic, error);
    }

    private static void CheckErrors(KafkaApi api, ReadOnlySpan<ErrorCode> errors)
    {
        Check.Api(api);
        if (errors.IsEmpty)
        {
            throw new ArgumentException("At least one error is needed.", nameof(errors));
        }

        foreach (var error in errors)
        {
            Check.Error(api, error, nameof(errors));
        }
    }

    private static void CheckVariadicCalls()
    {
        if (OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64)
        {
            throw new PlatformNotSupportedException("librdkafka takes these arguments in a form that .NET cannot call on Apple silicon.");
        }
    }
}
