using Confluent.Kafka;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>Writes dead letters.</summary>
internal interface IDeadLetterProducer
{
    /// <summary>Begins to write a dead letter. Does not wait for Kafka.</summary>
    /// <param name="topic">Where to.</param>
    /// <param name="message">The dead letter.</param>
    /// <param name="size">Its bytes.</param>
    /// <param name="told">Is told how it went, once, from any thread, perhaps before this returns; must not throw.</param>
    /// <returns>False if as many as may be are on their way already; then nothing has begun.</returns>
    bool TrySend(string topic, Message<byte[]?, byte[]?> message, int size, Action<Error> told);
}
