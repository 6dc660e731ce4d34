using Confluent.Kafka;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// Who holds which record: here the thread of the consumer and all requests meet, under one lock that nobody holds for longer than a
/// batch takes.
/// </summary>
internal sealed class GroupLedger
{
    private readonly Lock _gate = new();
    private readonly PartitionLedger _partitions;
    private readonly TakeWaiterLine _line;
    private KafkaProblem? _clusterProblem;
    private KafkaProblem? _groupProblem;
    private int _handedOut;
    private bool _isStopped;

    public GroupLedger(DeliveryRules rules, TimeProvider time)
    {
        _partitions = new PartitionLedger(rules, time);
        _line = new TakeWaiterLine(_gate, time);
    }

    /// <summary>Gets what is set when a request has taken or settled records.</summary>
    public AutoResetEvent Changed { get; } = new(initialState: false);

    /// <summary>Gets how many batches requests hold.</summary>
    public int HandedOut => Volatile.Read(ref _handedOut);

    /// <summary>Gets a value indicating whether there is, or may be at any moment, something to commit.</summary>
    public bool IsBusy => HandedOut > 0 || Use(static partitions => !partitions.Commits.IsEmpty || partitions.Custody.Leased > 0);

    public bool HasWaiters
    {
        get
        {
            lock (_gate)
            {
                return _line.Count > 0;
            }
        }
    }

    public KafkaProblem? Problem
    {
        get
        {
            lock (_gate)
            {
                return _groupProblem ?? _clusterProblem;
            }
        }
    }

    public ValueTask<RecordBatch> TakeAsync(int maxRecords, int maxBytes, TimeSpan wait, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_isStopped)
            {
                return ValueTask.FromResult(RecordBatch.Empty);
            }

            if (_partitions.Custody.Buffer.HasNext)
            {
                return ValueTask.FromResult(HandOut(maxRecords, maxBytes));
            }

            if ((_groupProblem ?? _clusterProblem) is { } problem)
            {
                return ValueTask.FromException<RecordBatch>(new KafkaProblemException(problem));
            }

            return wait > TimeSpan.Zero
                ? new ValueTask<RecordBatch>(_line.Add(maxRecords, maxBytes, wait, cancellationToken))
                : ValueTask.FromResult(RecordBatch.Empty);
        }
    }

    /// <summary>Settles what a batch holds.</summary>
    /// <returns>False if one of its records has been taken away from it.</returns>
    public bool Complete(RecordBatch batch)
    {
        lock (_gate)
        {
            foreach (var (record, _, _) in batch.HeldRecords)
            {
                if (record.Holder == batch.Holder)
                {
                    _partitions.Settle(record);
                }
            }

            Close(batch, 0);
            ServeWaiters();
            return !batch.Holder.HasLost;
        }
    }

    /// <summary>Takes back what a batch holds, from a client that is gone.</summary>
    public void Return(RecordBatch batch) => Return(batch, 0, _partitions.Custody.Return);

    /// <summary>Takes back what a batch holds from an index on, which its client has not seen.</summary>
    public void TakeBack(RecordBatch batch, int index) => Return(batch, index, _partitions.Custody.TakeBack);

    /// <summary>Takes a record from Kafka; <see cref="Serve"/> hands it out.</summary>
    /// <returns>False if Kafka went back behind what had been read.</returns>
    public bool Add(ConsumeResult<byte[]?, byte[]?> record)
    {
        lock (_gate)
        {
            _groupProblem = null;
            return _partitions.Add(record);
        }
    }

    /// <summary>Hands what has come to those who wait.</summary>
    public void Serve()
    {
        lock (_gate)
        {
            ServeWaiters();
        }
    }

    /// <summary>Takes back what clients have had for too long. To be called often: nothing else does.</summary>
    public void Sweep()
    {
        lock (_gate)
        {
            _partitions.Sweep();
            ServeWaiters();
        }
    }

    /// <summary>Lets the consumer's thread see and change what there is.</summary>
    public T Use<T>(Func<PartitionLedger, T> use)
    {
        lock (_gate)
        {
            return use(_partitions);
        }
    }

    /// <summary>Lets the consumer's thread see and change what there is.</summary>
    public void Use(Action<PartitionLedger> use)
    {
        lock (_gate)
        {
            use(_partitions);
        }
    }

    /// <summary>Says what keeps records from coming, or null when it is over. Those who wait are told at once.</summary>
    public void SetClusterProblem(KafkaProblem? problem)
    {
        lock (_gate)
        {
            _clusterProblem = problem;
            FailWaiters();
        }
    }

    /// <summary>
    /// Says that Kafka refuses topics or the group, which it says once. It holds until records or an assignment show otherwise.
    /// </summary>
    public void SetGroupProblem(KafkaProblem? problem)
    {
        lock (_gate)
        {
            _groupProblem = problem;
            FailWaiters();
        }
    }

    /// <summary>Hands nothing out any more. What is held may still be settled.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopped = true;
            while (_line.Count > 0)
            {
                _line.Dequeue().Complete(RecordBatch.Empty);
            }
        }
    }

    private RecordBatch HandOut(int maxRecords, int maxBytes)
    {
        _handedOut++;
        Changed.Set();
        var holder = new RecordHolder("", null);
        return new RecordBatch(this, holder, _partitions.Custody.HandOut(holder, maxRecords, maxBytes));
    }

    private void Return(RecordBatch batch, int index, Action<TrackedRecord> giveBack)
    {
        lock (_gate)
        {
            if (index < batch.Held)
            {
                foreach (var (record, _, _) in batch.HeldRecords[index..])
                {
                    if (record.Holder == batch.Holder)
                    {
                        giveBack(record);
                    }
                }

                Close(batch, index);
                ServeWaiters();
            }
        }
    }

    private void Close(RecordBatch batch, int held)
    {
        if (batch.Held > 0 && held == 0)
        {
            _handedOut--;
            Changed.Set();
        }

        batch.Held = held;
    }

    private void ServeWaiters()
    {
        while (!_isStopped && _line.Count > 0 && _partitions.Custody.Buffer.HasNext)
        {
            var waiter = _line.Dequeue();
            waiter.Complete(HandOut(waiter.MaxRecords, waiter.MaxBytes));
        }
    }

    private void FailWaiters()
    {
        while (_line.Count > 0 && (_groupProblem ?? _clusterProblem) is { } problem)
        {
            _line.Dequeue().Fail(new KafkaProblemException(problem));
        }
    }
}
