namespace KafkaConsume.Yarp.Consuming;

/// <summary>Takes what a <see cref="RecordReader"/> has read, in order. Whatever it takes counts as read, even when it throws.</summary>
internal interface IRecordSink
{
    /// <summary>Takes a record, which is gone when this returns.</summary>
    /// <returns>False to get no more for now.</returns>
    bool Take(in RecordView record);

    /// <summary>Takes the news that a partition has been read to its end.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="next">The offset of whatever comes next: it may lie behind marks of transactions, which are no records.</param>
    /// <returns>False to get no more for now.</returns>
    bool TakeEnd(string topic, int partition, long next);
}
