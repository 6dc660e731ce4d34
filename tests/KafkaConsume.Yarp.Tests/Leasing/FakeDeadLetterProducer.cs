using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.Leasing;

/// <summary>Takes dead letters, and says what a test wants it to say.</summary>
internal sealed class FakeDeadLetterProducer : IDeadLetterProducer
{
    private readonly Queue<Action<Error>> _told = new();

    public List<Message<byte[]?, byte[]?>> Sent { get; } = [];

    public bool IsFull { get; set; }

    public bool TrySend(string topic, Message<byte[]?, byte[]?> message, int size, Action<Error> told)
    {
        if (IsFull)
        {
            return false;
        }

        Sent.Add(message);
        _told.Enqueue(told);
        return true;
    }

    /// <summary>Answers the oldest one that has not been answered.</summary>
    public void Answer(ErrorCode error) => _told.Dequeue()(new Error(error));
}
