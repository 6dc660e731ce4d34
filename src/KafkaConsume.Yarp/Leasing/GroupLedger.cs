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
    private readonly BatchDesk _batches;
    private readonly SessionDesk _sessions;
    private readonly AckDesk _acks;
    private readonly TakeWaiterLine _line;
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private KafkaProblem? _clusterProblem;
    private KafkaProblem? _groupProblem;
    private bool _isStopped;

    public GroupLedger(DeliveryRules rules, TimeProvider time)
    {
        _partitions = new PartitionLedger(rules, time);
        _batches = new BatchDesk(_partitions, rules);
        _sessions = new SessionDesk(_partitions, rules);
        _acks = new AckDesk(_partitions, rules);
        _line = new TakeWaiterLine(_gate, time);
    }

    /// <summary>Gets what is set when there is room for more records, or somebody waits for a commit.</summary>
    public AutoResetEvent Changed { get; } = new(initialState: false);

    /// <summary>Gets how many batches requests hold.</summary>
    public int HandedOut => _batches.Open;

    /// <summary>Gets a value indicating whether somebody has records that are not settled.</summary>
    public bool HasHolders => HandedOut > 0 || Use(partitions => partitions.Custody.Leased > 0 || _sessions.IsHolding);

    /// <summary>Gets a value indicating whether there is, or may be at any moment, something to commit.</summary>
    public bool IsBusy => HasHolders || Use(static partitions => !partitions.Commits.IsEmpty);

    public bool HasWaiters => Use(_ => _line.Count > 0 || _sessions.Open > 0);

    /// <summary>Gets what completes when it is known whether records may come: the topics have been found, or there is a <see cref="Problem"/>.</summary>
    public Task Known => _known.Task;

    public KafkaProblem? Problem => Use(_ => _groupProblem ?? _clusterProblem);

    public ValueTask<RecordBatch> TakeAsync(int maxRecords, int maxBytes, TimeSpan wait, string? user, CancellationToken cancellationToken)
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
                return ValueTask.FromResult(HandOut(maxRecords, maxBytes, user));
            }

            if ((_groupProblem ?? _clusterProblem) is { } problem)
            {
                return ValueTask.FromException<RecordBatch>(new KafkaProblemException(problem));
            }

            return wait > TimeSpan.Zero
                ? new ValueTask<RecordBatch>(_line.Add(new TakeWaiter(maxRecords, maxBytes, user), wait, cancellationToken))
                : ValueTask.FromResult(RecordBatch.Empty);
        }
    }

    /// <summary>Settles what a batch holds, or begins to wait for what its client says.</summary>
    /// <returns>False if one of its records has been taken away from it.</returns>
    public bool Complete(RecordBatch batch) => Change(() => _batches.Complete(batch));

    /// <summary>Takes back what a batch holds, from a client that is gone.</summary>
    public void Return(RecordBatch batch) => Change(() => _batches.Return(batch));

    /// <summary>Takes back what a batch holds from an index on, which its client has not seen.</summary>
    public void TakeBack(RecordBatch batch, int index) => Change(() => _batches.TakeBack(batch, index));

    public (AckOutcome Outcome, Task<bool> Committed) Acknowledge(AckMessage message, string? user) => Acknowledge(message, new AckSender(user));

    /// <summary>Does what a client says about records. Nobody waits for the commits that follow from it, so they are made with others.</summary>
    public AckOutcome Apply(AckMessage message, AckSender sender) => Change(() => _acks.Apply(message, sender));

    /// <summary>Does what a client says about records.</summary>
    /// <param name="message">What it says.</param>
    /// <param name="sender">Who says it.</param>
    /// <returns>What became of it, and what completes with true when Kafka has the commits that follow from it.</returns>
    public (AckOutcome Outcome, Task<bool> Committed) Acknowledge(AckMessage message, AckSender sender) => Change(() =>
    {
        var outcome = _acks.Apply(message, sender);
        return (outcome, outcome.WhenCommittedAsync());
    });

    /// <summary>Gets where Kafka has the group, for the partitions that a message was about.</summary>
    public IReadOnlyList<TopicPartitionOffset> CommittedOf(AckOutcome outcome) => Use(_ => outcome.Committed());

    /// <summary>Lets a stream take records, and say what it knows of them.</summary>
    public T Change<T>(Func<SessionDesk, T> change) => Change(() => change(_sessions));

    /// <summary>Takes back what clients have had for too long. To be called often: nothing else does.</summary>
    public void Sweep()
    {
        lock (_gate)
        {
            _partitions.Sweep();
            ServeWaiters();
        }
    }

    /// <summary>Takes what has come from Kafka; <see cref="Serve"/> hands it out.</summary>
    /// <returns>The records with which Kafka went back behind what had been read.</returns>
    public IReadOnlyList<StoredRecord> Add(ReceivedRecords received)
    {
        lock (_gate)
        {
            _groupProblem = received.Records.Count > 0 ? null : _groupProblem;
            return _partitions.Add(received);
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
            TellProblem();
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
            TellProblem();
        }
    }

    /// <summary>Hands nothing out any more. What is held may still be settled.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopped = true;
            _sessions.Stop();
            while (_line.Count > 0)
            {
                _line.Dequeue().Complete(RecordBatch.Empty);
            }
        }
    }

    private RecordBatch HandOut(int maxRecords, int maxBytes, string? user)
    {
        var records = _batches.HandOut(maxRecords, maxBytes, user, out var holder);
        Signal();
        return new RecordBatch(this, holder, records);
    }

    private void Change(Action change) => Change(() =>
    {
        change();
        return true;
    });

    private T Change<T>(Func<T> change)
    {
        lock (_gate)
        {
            var result = change();
            ServeWaiters();
            Signal();
            return result;
        }
    }

    private void Signal()
    {
        if (_partitions.Custody.Buffer.HasRoom || _partitions.Commits.IsAwaited)
        {
            Changed.Set();
        }
    }

    private void ServeWaiters()
    {
        _sessions.Serve(_line.Count);
        while (!_isStopped && _line.Count > 0 && _partitions.Custody.Buffer.HasNext)
        {
            var waiter = _line.Dequeue();
            waiter.Complete(HandOut(waiter.MaxRecords, waiter.MaxBytes, waiter.User));
        }
    }

    private void TellProblem()
    {
        _known.TrySetResult();
        if ((_groupProblem ?? _clusterProblem) is { IsUnavailable: false })
        {
            _sessions.WakeAll();
        }

        while (_line.Count > 0 && (_groupProblem ?? _clusterProblem) is { } problem)
        {
            _line.Dequeue().Fail(new KafkaProblemException(problem));
        }
    }
}
