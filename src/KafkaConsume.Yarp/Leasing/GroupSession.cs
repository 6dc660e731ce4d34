using Confluent.Kafka;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// A stream's part in a group: it takes records as they come, up to limits of its own, and has them until it has said what became of them. All
/// members may be called from any thread.
/// </summary>
internal sealed class GroupSession : IDisposable
{
    private readonly GroupLedger _ledger;
    private readonly Session _session;

    /// <param name="ledger">The group's ledger.</param>
    /// <param name="user">Who it is; null for everybody who has not logged in.</param>
    /// <param name="needsPermits">Whether it is handed nothing before it has permits.</param>
    /// <param name="wake">Called when there is something to take or to know. It must not wait for anything.</param>
    public GroupSession(GroupLedger ledger, string? user, bool needsPermits, Action wake)
    {
        _ledger = ledger;
        _session = ledger.Change(desk => desk.Create(user, needsPermits, wake));
    }

    /// <summary>Gets a name for the stream that nobody can guess.</summary>
    public string Id => _session.Id;

    /// <summary>Gets what the client has. The ledger's own.</summary>
    internal RecordHolder Holder => _session.Holder;

    private AckSender Sender => new(_session.Holder.User, _session);

    /// <summary>Gets a value indicating whether something has been delivered, or there is a problem that waiting does not solve.</summary>
    public bool HasNews => Problem is { IsUnavailable: false } || _ledger.Use(_ => _session.Delivered.Length > 0);

    /// <summary>Gets what keeps records from coming; null when nothing does.</summary>
    public KafkaProblem? Problem => _ledger.Problem;

    /// <summary>Takes part from now on.</summary>
    public void Enter() => Change(desk => desk.Enter(_session));

    /// <summary>Takes records. They are this stream's until they are settled, their time is up, or it ends.</summary>
    /// <returns>The records; none if there are none, or no room for them. The stream is woken when there are.</returns>
    public HandedRecord[] Take() => _ledger.Change(desk => desk.Take(_session));

    /// <summary>Gives records back of which nothing has been written to the client.</summary>
    public void TakeBack(HandedRecord[] records) => Change(desk => desk.TakeBack(_session, records));

    /// <summary>Takes note that records have been written to the client.</summary>
    public void Sent(HandedRecord[] records) => Change(desk => desk.Sent(_session, records));

    /// <summary>Takes note that the client has got records, and settles them. Where clients acknowledge, that is left to them.</summary>
    public void Arrived(HandedRecord[] records) => Change(desk => desk.Arrived(_session, records));

    /// <summary>Does what the client says about the records that it has, when nobody waits for the commits that follow from it.</summary>
    public AckOutcome Apply(AckMessage message) => _ledger.Apply(message, Sender);

    /// <summary>Does what the client says about the records that it has.</summary>
    /// <returns>What became of it, and what completes with true when Kafka has the commits that follow from it.</returns>
    public (AckOutcome Outcome, Task<bool> Committed) Acknowledge(AckMessage message) =>
        _ledger.Acknowledge(message, Sender);

    /// <summary>Gets where Kafka has the group, for the partitions that a message was about.</summary>
    public IReadOnlyList<TopicPartitionOffset> CommittedOf(AckOutcome outcome) => _ledger.CommittedOf(outcome);

    /// <summary>Lets more records go to the client.</summary>
    /// <param name="count">How many more.</param>
    /// <param name="most">How many there may be altogether.</param>
    public void Permit(long count, long most) => Change(_ => SessionDesk.Permit(_session, count, most));

    /// <summary>Takes no more records, and keeps those that the client has.</summary>
    public void Pause() => Change(desk => desk.Pause(_session));

    /// <summary>Waits until the client has no record any more.</summary>
    public Task WhenEmptyAsync() => _ledger.Use(_ => _session.WhenEmptyAsync());

    /// <summary>Takes no more part, since the client has gone, be it for one of the records that it has.</summary>
    public void Cut() => Change(desk => desk.Leave(_session, isCut: true));

    /// <summary>Takes no more part, and gives back what the client has.</summary>
    public void Dispose() => Change(desk => desk.Leave(_session));

    private void Change(Action<SessionDesk> change) => _ledger.Change(desk =>
    {
        change(desk);
        return true;
    });
}
