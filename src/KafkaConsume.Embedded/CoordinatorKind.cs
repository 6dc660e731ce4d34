namespace KafkaConsume.Embedded;

/// <summary>What a broker coordinates.</summary>
public enum CoordinatorKind
{
    /// <summary>A consumer group; the key is its <c>group.id</c>.</summary>
    Group,

    /// <summary>A transactional producer; the key is its <c>transactional.id</c>.</summary>
    Transaction,
}
