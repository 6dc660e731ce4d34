namespace KafkaConsume.Yarp.Tailing;

/// <summary>
/// The clients that wait for a log: each is in the list once, and all leave it when they are woken. They are woken in waves, by the thread
/// that has something for them and by as many of the pool as there are cores left. A wave begins when the last one has ended, and meanwhile
/// nothing new is read: records gather for the next wave, and one write for many of them costs no more than for one.
/// </summary>
internal sealed class TailWaiters : IThreadPoolWorkItem
{
    /// <summary>How many clients a thread takes at a time.</summary>
    private const int Share = 64;

    private static readonly int Helpers = Environment.ProcessorCount - 1;

    private readonly Lock _gate = new();
    private TailParking[] _waiting = [];
    private TailParking[] _woken = [];
    private int _count;
    private int _wokenCount;
    private int _next;
    private int _working;
    private bool _isDue;

    public void Add(TailParking parking)
    {
        lock (_gate)
        {
            if (parking.WaiterIndex >= 0)
            {
                return;
            }

            if (_count == _waiting.Length)
            {
                Array.Resize(ref _waiting, Math.Max(4, _count * 2));
            }

            parking.WaiterIndex = _count;
            _waiting[_count++] = parking;
        }
    }

    public void Remove(TailParking parking)
    {
        lock (_gate)
        {
            if (parking.WaiterIndex < 0)
            {
                return;
            }

            var last = _waiting[--_count];
            _waiting[parking.WaiterIndex] = last;
            last.WaiterIndex = parking.WaiterIndex;
            _waiting[_count] = null!;
            parking.WaiterIndex = -1;
        }
    }

    /// <summary>
    /// Wakes all: when this returns, most of them have written and wait again. If others are being woken, these see to it when they have done.
    /// To be called without a lock that clients may want.
    /// </summary>
    public void WakeAll()
    {
        lock (_gate)
        {
            if (_working > 0)
            {
                _isDue = true;
                return;
            }

            Begin();
        }

        Work();
    }

    void IThreadPoolWorkItem.Execute()
    {
        lock (_gate)
        {
            if (_working == 0)
            {
                // The others have been quicker.
                return;
            }

            _working++;
        }

        Work();
    }

    private void Begin()
    {
        (_waiting, _woken) = (_woken, _waiting);
        (_wokenCount, _count) = (_count, 0);
        for (var index = 0; index < _wokenCount; index++)
        {
            _woken[index].WaiterIndex = -1;
        }

        _next = 0;
        _working = 1;
        for (var helper = Math.Min(Helpers, (_wokenCount - 1) / Share); helper > 0; helper--)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private void Work()
    {
        do
        {
            for (var first = Interlocked.Add(ref _next, Share) - Share; first < _wokenCount; first = Interlocked.Add(ref _next, Share) - Share)
            {
                foreach (ref var client in _woken.AsSpan(first, Math.Min(Share, _wokenCount - first)))
                {
                    client.WakeHere(TailWake.Data);
                    client = null!;
                }
            }
        }
        while (BeginsAnother());
    }

    private bool BeginsAnother()
    {
        lock (_gate)
        {
            if (--_working > 0 || !_isDue)
            {
                return false;
            }

            _isDue = false;
            Begin();
            return true;
        }
    }
}
