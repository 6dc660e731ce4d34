using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>The queue that a consumer of Confluent.Kafka reads from, opened a second time.</summary>
internal sealed class NativeQueue : IDisposable
{
    private readonly SafeHandle _consumer;
    private nint _queue;

    private NativeQueue(NativeClient client, SafeHandle consumer, nint queue)
    {
        Client = client;
        _consumer = consumer;
        _queue = queue;
    }

    public NativeClient Client { get; }

    /// <summary>Opens the queue, or gives null where Confluent.Kafka and librdkafka are not those that this was written for.</summary>
    public static NativeQueue? TryOpen(IClient consumer)
    {
        if (NativeClient.Find() is not { } client || HandleOf(consumer) is not { IsInvalid: false } handle)
        {
            return null;
        }

        var isHeld = false;
        handle.DangerousAddRef(ref isHeld);
        var queue = client.GetQueue(handle.DangerousGetHandle());
        if (queue != 0)
        {
            return new NativeQueue(client, handle, queue);
        }

        handle.DangerousRelease();
        return null;
    }

    public int Read(TimeSpan timeout, Span<nint> messages) =>
        messages.IsEmpty ? 0 : Client.Read(_queue, (int)Math.Min(timeout.TotalMilliseconds, int.MaxValue), messages);

    public Error ToError(ErrorCode code, string reason) => Client.ToError(_consumer.DangerousGetHandle(), code, reason);

    public void Dispose()
    {
        if (_queue != 0)
        {
            Client.DestroyQueue(_queue);
            _queue = 0;
            _consumer.DangerousRelease();
        }
    }

    private static SafeHandle? HandleOf(IClient consumer) =>
        typeof(Handle).GetProperty("LibrdkafkaHandle", BindingFlags.Instance | BindingFlags.NonPublic)?.GetValue(consumer.Handle) as SafeHandle;
}
