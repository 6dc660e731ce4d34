using Confluent.Kafka;

namespace KafkaConsume.Embedded;

/// <summary>An <see cref="EmbeddedKafka"/> refused or failed to do what it was asked.</summary>
public sealed class EmbeddedKafkaException : Exception
{
    internal EmbeddedKafkaException(string operation, ErrorCode code)
        : this(operation, code, new Error(code).Reason)
    {
    }

    internal EmbeddedKafkaException(string operation, ErrorCode code, string reason)
        : base($"The embedded Kafka cluster could not {operation}: {reason} ({code}).")
    {
        Operation = operation;
        Code = code;
    }

    /// <summary>Gets what was asked, for example <c>create topic 'orders' with 3 partitions</c>.</summary>
    public string Operation { get; }

    /// <summary>Gets the error that librdkafka gave.</summary>
    public ErrorCode Code { get; }
}
