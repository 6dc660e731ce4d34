namespace KafkaConsume.Yarp.Configuration;

/// <summary>A route whose metadata was valid, with everything settled that the metadata left open.</summary>
internal sealed record KafkaRoute
{
    public required string RouteId { get; init; }

    public required KafkaRouteOptions Options { get; init; }

    /// <summary>Gets the topics in ordinal order, each once: the order of cursors.</summary>
    public required IReadOnlyList<string> Topics { get; init; }

    /// <summary>Gets Kafka's <c>group.id</c>, or what the ids of its users' groups begin with, or null for broadcast.</summary>
    public required string? GroupId { get; init; }

    /// <summary>Gets a value indicating whether each user has a group.</summary>
    public bool HasUserGroups => Options.ConsumerGroupMode == KafkaConsumerGroupMode.User;

    public required bool AllowSeek { get; init; }

    /// <summary>Gets a value indicating whether clients say what is to be committed.</summary>
    public bool TakesAcks => GroupId is not null && Options.CommitStrategy != KafkaCommitStrategy.Auto;
}
