using Confluent.Kafka;
using KafkaConsume.Yarp.Consuming;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// This gateway's member of a consumer group, shared by all requests of the routes that read with it. It outlives requests, so that
/// they cause no rebalances.
/// </summary>
internal sealed class GroupConsumer
{
    private readonly GroupLedger _ledger;
    private readonly ClusterWatch _watch;
    private readonly UndeliverableRecords _undeliverable;
    private readonly GroupConsumerThread _thread;

    private GroupConsumer(GroupLedger ledger, ClusterWatch watch, UndeliverableRecords undeliverable, GroupConsumerThread thread)
    {
        _ledger = ledger;
        _undeliverable = undeliverable;
        _watch = watch;
        _thread = thread;
    }

    /// <summary>Starts a member. It joins in the background.</summary>
    public static GroupConsumer Start(
        DeliveryRules rules,
        KafkaAutoOffsetReset reset,
        GroupMembership membership,
        KafkaCluster cluster,
        IDeadLetterProducer deadLetters,
        GatewayMetrics metrics,
        KafkaConsumeOptions options,
        TimeProvider time,
        ILogger logger)
    {
        var ledger = new GroupLedger(rules, time);
        var watch = new ClusterWatch(cluster, membership.Topics, ledger, time, options.KafkaTimeout);
        var starts = new StartPositions(cluster, membership.Topics, reset);
        var desk = rules.DeadLetterTopic is { } topic
            ? new DeadLetterDesk(membership, topic, ledger, deadLetters, metrics, time, logger)
            : null;
        var undeliverable = new UndeliverableRecords(membership, ledger, desk, metrics, logger);
        var protocol = new MemberProtocol(membership.GroupId, membership.Connection, cluster, logger);
        var thread = new GroupConsumerThread(membership, protocol, ledger, starts, watch, undeliverable, options, time, logger);
        thread.Start();
        return new GroupConsumer(ledger, watch, undeliverable, thread);
    }

    /// <summary>
    /// Takes records that no other request has. As soon as there is one, it takes what is there, up to the limits; requests that wait
    /// are served in the order in which they came.
    /// </summary>
    /// <param name="maxRecords">The most records, at least 1.</param>
    /// <param name="maxBytes">The most bytes of keys, values and headers; the first record may be larger.</param>
    /// <param name="wait">How long to wait for a first record.</param>
    /// <param name="user">Who takes them; null for everybody who has not logged in. Nobody else may acknowledge them.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The batch; an empty one when nothing has come, or when the consumer closes.</returns>
    /// <exception cref="KafkaProblemException">There are no records, and Kafka says or shows that none can come.</exception>
    public ValueTask<RecordBatch> TakeAsync(int maxRecords, int maxBytes, TimeSpan wait, string? user, CancellationToken cancellationToken) =>
        _ledger.TakeAsync(maxRecords, maxBytes, wait, user, cancellationToken);

    /// <summary>Does what a client says about records, in so far as it has them, when nobody waits for the commits that follow from it.</summary>
    /// <param name="message">What it says.</param>
    /// <param name="user">Who it is; null for everybody who has not logged in.</param>
    public AckOutcome Apply(AckMessage message, string? user) => _ledger.Apply(message, new AckSender(user));

    /// <summary>Does what a client says about records, in so far as it has them.</summary>
    /// <param name="message">What it says.</param>
    /// <param name="user">Who it is; null for everybody who has not logged in.</param>
    /// <returns>
    /// What became of it, and what completes when Kafka has the commits that follow from it, with false if a partition has gone to another
    /// member of the group before that.
    /// </returns>
    public (AckOutcome Outcome, Task<bool> Committed) Acknowledge(AckMessage message, string? user) =>
        _ledger.Acknowledge(message, user);

    /// <summary>Makes a stream's part in the group.</summary>
    /// <param name="user">Who it is; null for everybody who has not logged in.</param>
    /// <param name="needsPermits">Whether it is handed nothing before it has permits.</param>
    /// <param name="wake">Called when there is something to take or to know. It must not wait for anything.</param>
    public GroupSession CreateSession(string? user, bool needsPermits, Action wake) => new(_ledger, user, needsPermits, wake);

    /// <summary>Waits until it is known whether records may come.</summary>
    /// <returns>What keeps them from coming; null when nothing does.</returns>
    public async Task<KafkaProblem?> FindProblemAsync(CancellationToken cancellationToken)
    {
        await _ledger.Known.WaitAsync(cancellationToken);
        return _ledger.Problem;
    }

    /// <summary>Gets where Kafka has the group, for the partitions that a message was about.</summary>
    public IReadOnlyList<TopicPartitionOffset> CommittedOf(AckOutcome outcome) => _ledger.CommittedOf(outcome);

    /// <summary>
    /// Gets a value indicating whether clients have records that they may still acknowledge, or others are on their way to the dead letters.
    /// </summary>
    public bool IsLeasing => _undeliverable.IsPending || _ledger.Use(static all => all.Custody.Leased > 0);

    /// <summary>Looks after the connection. To be called about every second.</summary>
    public void Tick()
    {
        // The thread does so too, but may be waiting for Kafka.
        _ledger.Sweep();
        if (_thread.IsMember)
        {
            _watch.Tick();
        }
    }

    /// <summary>
    /// Releases those who wait, lets those who hold records finish, commits what is settled and leaves the group.
    /// </summary>
    /// <param name="grace">How long records may still be held.</param>
    /// <returns>What completes when the group has been left.</returns>
    public Task CloseAsync(TimeSpan grace)
    {
        _ledger.Stop();
        _thread.Stop(grace);
        return _thread.Ended;
    }
}
