using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.History;

/// <summary>
/// Something that was seen from outside. What starts something is noted before it is sent, what ends it after it has been received, so
/// that the truth lies between.
/// </summary>
internal abstract record HistoryEvent
{
    /// <summary>Gets when it was noted.</summary>
    public TimeSpan At { get; init; }

    /// <summary>Kafka has records.</summary>
    internal sealed record Produced(params HistoryRecord[] Records) : HistoryEvent;

    /// <summary>A gateway has started, has been stopped or killed, or gets other partitions: what it handed out may come again.</summary>
    internal sealed record Fault(string What) : HistoryEvent;

    /// <summary>A gateway begins to read a partition, at an offset if that is known. What another one hands out after that counts for nothing.</summary>
    internal sealed record TookOver(string Gateway, TopicPartition Partition, long Offset = -1) : HistoryEvent;

    /// <summary>A gateway hands out no more of a partition. Whoever has it besides may go on.</summary>
    internal sealed record GaveUp(string Gateway, TopicPartition Partition) : HistoryEvent;

    /// <summary>A batch or stream begins.</summary>
    /// <param name="Session">Its name.</param>
    /// <param name="Client">Who may acknowledge.</param>
    /// <param name="Gateway">The gateway that answers.</param>
    /// <param name="Topics">What it may get.</param>
    /// <param name="IsExclusive">Whether it alone gets the records of a partition, for as long as it is there.</param>
    internal sealed record SessionStarted(string Session, string Client, string Gateway, string[] Topics, bool IsExclusive = false) : HistoryEvent;

    /// <summary>A client is gone: what it had may be handed out again.</summary>
    internal sealed record SessionEnded(string Session) : HistoryEvent
    {
        /// <summary>
        /// Gets how many events there were when the gateway surely still had the client. It may have missed it at any time since; null when it
        /// knew of its end no sooner than everybody.
        /// </summary>
        public int? AliveAfter { get; init; }
    }

    /// <summary>A stream is told that a partition begins anew at an offset.</summary>
    internal sealed record Rewound(string Session, TopicPartition Partition, long Offset) : HistoryEvent;

    /// <summary>A client has got records, in this order.</summary>
    /// <param name="Session">The batch or stream.</param>
    /// <param name="HandedAfter">How many events there were when it had surely not been handed out yet.</param>
    /// <param name="Records">The records.</param>
    internal sealed record Delivered(string Session, int HandedAfter, params HistoryRecord[] Records) : HistoryEvent;

    /// <summary>A client says something about records.</summary>
    /// <param name="Id">What names it.</param>
    /// <param name="Client">Who says it.</param>
    /// <param name="Gateway">The gateway that is told.</param>
    /// <param name="Kind">Ack or nack.</param>
    /// <param name="Records">The records.</param>
    internal sealed record Said(long Id, string Client, string Gateway, AckKind Kind, params RecordId[] Records) : HistoryEvent;

    /// <summary>A client is told what became of what it said.</summary>
    /// <param name="Id">What it said.</param>
    /// <param name="Answer">The answer.</param>
    internal sealed record Answered(long Id, AckAnswer Answer) : HistoryEvent
    {
        /// <summary>Gets the records that were refused one by one; all others were not then.</summary>
        public RecordId[] Refused { get; init; } = [];

        /// <summary>Gets what a client was told is committed.</summary>
        public TopicPartitionOffset[] Confirmed { get; init; } = [];
    }

    /// <summary>A client has waited in vain.</summary>
    internal sealed record CameEmpty(string Client, string Gateway, int AskedAfter) : HistoryEvent;

    /// <summary>A record was put aside: it had failed too often.</summary>
    /// <param name="Record">The record.</param>
    /// <param name="Attempts">How often its gateway had handed it out, seen by a client or not.</param>
    internal sealed record GivenUp(RecordId Record, int Attempts) : HistoryEvent
    {
        /// <summary>Gets a value indicating whether it is among the dead letters, so its gateway says.</summary>
        public bool IsDeadLetter { get; init; }
    }

    /// <summary>These are among the dead letters, as somebody else read them, with their origin and attempts.</summary>
    internal sealed record DeadLetters(params HistoryRecord[] Records) : HistoryEvent;

    /// <summary>Kafka has an offset of the group, as somebody else read it.</summary>
    internal sealed record Committed(TopicPartition Partition, long Offset) : HistoryEvent;

    /// <summary>Somebody set the group's position on purpose.</summary>
    internal sealed record Sought(TopicPartition Partition, long Offset) : HistoryEvent;

    /// <summary>Something was counted that has a limit.</summary>
    internal sealed record Measured(string What, double Value, double Limit) : HistoryEvent;

    /// <summary>Everything is over, everybody had time to finish, and this is where the partitions end.</summary>
    internal sealed record Quiet(params TopicPartitionOffset[] Ends) : HistoryEvent;
}
