using Confluent.Kafka;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>A failure as clients are told of it: RFC 9457's status, type and title.</summary>
/// <param name="Status">The HTTP status code.</param>
/// <param name="Type">The last part of the problem's type URI.</param>
/// <param name="Title">A sentence that is the same for every occurrence.</param>
internal sealed record KafkaProblem(int Status, string Type, string Title)
{
    private const string UnavailableType = "kafka-unavailable";

    /// <summary>Gets what is wrong in this occurrence, in words that any client may read.</summary>
    public string? Detail { get; init; }

    /// <summary>Gets what Kafka said: only for clients of routes that ask for it.</summary>
    public string? Diagnostic { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets a value indicating whether Kafka cannot be reached: it may heal by itself, where every other problem stays.</summary>
    public bool IsUnavailable => Type == UnavailableType;

    public static KafkaProblem InvalidCursor(string detail) =>
        new(StatusCodes.Status400BadRequest, "invalid-cursor", "The cursor is not one of this route's.") { Detail = detail };

    public static KafkaProblem InvalidQuery(string detail) =>
        new(StatusCodes.Status400BadRequest, "invalid-query", "The query cannot be answered.") { Detail = detail };

    public static KafkaProblem InvalidAck(string? detail) =>
        new(StatusCodes.Status400BadRequest, "invalid-ack", "The message is not one that this route understands.") { Detail = detail };

    public static KafkaProblem TopicNotFound(string? diagnostic = null) =>
        new(StatusCodes.Status404NotFound, "topic-not-found", "A topic of this route does not exist.") { Diagnostic = diagnostic };

    public static KafkaProblem Denied(string? diagnostic = null) =>
        new(StatusCodes.Status403Forbidden, "kafka-denied", "Kafka does not let the gateway read this.") { Diagnostic = diagnostic };

    public static KafkaProblem AuthFailed(string? diagnostic = null) =>
        new(StatusCodes.Status502BadGateway, "kafka-auth-failed", "The gateway could not log in to Kafka.") { Diagnostic = diagnostic };

    public static KafkaProblem Unavailable(string? diagnostic = null) =>
        new(StatusCodes.Status503ServiceUnavailable, UnavailableType, "Kafka cannot be reached.")
        {
            Diagnostic = diagnostic,
            RetryAfter = TimeSpan.FromSeconds(2),
        };

    /// <summary>Sorts Kafka's errors into the few that a client can act on.</summary>
    public static KafkaProblem From(Error error) => error.Code switch
    {
        ErrorCode.UnknownTopicOrPart or ErrorCode.TopicException or ErrorCode.Local_UnknownTopic or ErrorCode.UnknownTopicId
            => TopicNotFound(error.Reason),
        ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
            => Denied(error.Reason),
        ErrorCode.SaslAuthenticationFailed or ErrorCode.Local_Authentication or ErrorCode.Local_Ssl or ErrorCode.UnsupportedSaslMechanism
            => AuthFailed(error.Reason),
        _ => Unavailable(error.Reason),
    };
}
