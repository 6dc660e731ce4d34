using System.Diagnostics.CodeAnalysis;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>What a cursor turned out to be: positions, or the reason why it is refused.</summary>
internal sealed class CursorResult
{
    private CursorResult(string? error, long[]? positions, IReadOnlyList<string> recreatedTopics, IReadOnlyList<int> newPartitions)
    {
        Error = error;
        Positions = positions;
        RecreatedTopics = recreatedTopics;
        NewPartitions = newPartitions;
    }

    [MemberNotNullWhen(true, nameof(Positions))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsValid => Positions is not null;

    /// <summary>Gets why the cursor is refused: a sentence that may be shown to clients.</summary>
    public string? Error { get; }

    /// <summary>Gets the next offset of each partition by its index in the map; -1 where the cursor does not know the partition.</summary>
    public long[]? Positions { get; }

    /// <summary>Gets the topics that were deleted and created again since: their positions mean nothing any more.</summary>
    public IReadOnlyList<string> RecreatedTopics { get; }

    /// <summary>Gets the indexes of the partitions that came into being after the cursor: to be read from offset 0.</summary>
    public IReadOnlyList<int> NewPartitions { get; }

    public static CursorResult Valid(long[] positions, IReadOnlyList<string> recreatedTopics, IReadOnlyList<int> newPartitions) =>
        new(null, positions, recreatedTopics, newPartitions);

    public static CursorResult Invalid(string error) => new(error, null, [], []);
}
