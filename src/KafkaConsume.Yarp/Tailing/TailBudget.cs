using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>
/// The memory that all framed records of the gateway take together. What a client is being sent counts until it has been sent. Where
/// there is too much, the oldest goes, whoever holds it: its readers go on from Kafka.
/// </summary>
internal sealed class TailBudget(long maxBytes)
{
    private readonly Lock _gate = new();
    private readonly List<ITailHolder> _holders = [];
    private long _bytes;

    /// <summary>Gets how many bytes are taken.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    public byte[] Rent(int minimumLength)
    {
        var bytes = BufferArrays.Rent(minimumLength);
        Interlocked.Add(ref _bytes, bytes.Length);
        return bytes;
    }

    public void Return(byte[] bytes)
    {
        Interlocked.Add(ref _bytes, -bytes.Length);
        BufferArrays.Return(bytes);
    }

    public void Add(ITailHolder holder)
    {
        lock (_gate)
        {
            _holders.Add(holder);
        }
    }

    public void Remove(ITailHolder holder)
    {
        lock (_gate)
        {
            _holders.Remove(holder);
        }
    }

    /// <summary>Drops what is too much. To be called without a lock of a holder.</summary>
    public void Trim()
    {
        if (Bytes <= maxBytes)
        {
            return;
        }

        lock (_gate)
        {
            while (Bytes > maxBytes && _holders.MinBy(holder => holder.OldestUse) is { } oldest && oldest.TryDropOldest())
            {
                // One at a time, since the next may be somebody else's.
            }
        }
    }
}
