namespace KafkaConsume.Yarp.Tailing;

/// <summary>The clients that wait for a log: each is in the list once, and all leave it when they are woken.</summary>
internal sealed class TailWaiters
{
    private readonly Lock _gate = new();
    private TailParking[] _waiting = [];
    private TailParking[] _woken = [];
    private int _count;

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

    /// <summary>Wakes all. One caller at a time.</summary>
    public void WakeAll()
    {
        int count;
        lock (_gate)
        {
            (_waiting, _woken) = (_woken, _waiting);
            count = _count;
            _count = 0;
            for (var index = 0; index < count; index++)
            {
                _woken[index].WaiterIndex = -1;
            }
        }

        for (var index = 0; index < count; index++)
        {
            _woken[index].Wake(TailWake.Data);
            _woken[index] = null!;
        }
    }
}
