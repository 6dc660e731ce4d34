namespace KafkaConsume.Yarp.Tests.History;

/// <summary>What a client was told of what it said.</summary>
internal enum AckAnswer
{
    /// <summary>It was done.</summary>
    Accepted,

    /// <summary>The records that are listed were refused; without a list, all were.</summary>
    Refused,

    /// <summary>All, some or nothing of it was done: the answer was lost, or does not say which.</summary>
    Unclear,
}
