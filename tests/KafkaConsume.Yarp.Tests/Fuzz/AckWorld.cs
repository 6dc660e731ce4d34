using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tests.Leasing;

namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>
/// A group's ledger with records in every state that a record may be in: with streams and in batches, of several users, refused, out of time, settled,
/// and not there at all. Beside it stand plain notes of who was given what.
/// </summary>
internal sealed class AckWorld
{
    public const string ReplicaMark = "replica1";

    private const long UncommittedStart = 100;

    private readonly ManualTime _time = new();
    private readonly List<RecordNote> _notes = [];
    private readonly Dictionary<(string Topic, long Partition), long> _handedTo = [];
    private readonly Dictionary<(GroupSession Stream, long Partition), long> _handedToStream = [];
    private readonly Dictionary<long, (long Target, long Committed)> _before = [];
    private readonly List<string> _batches = [];

    public AckWorld(KafkaCommitStrategy strategy)
    {
        Strategy = strategy;
        Ledger = new GroupLedger(
            strategy == KafkaCommitStrategy.ClientAcks
                ? new DeliveryRules(strategy)
                {
                    AckTimeout = TimeSpan.FromSeconds(30),
                    MaxDeliveries = 3,
                    ReplicaMark = ReplicaMark,
                    ClientMaxInFlight = 5,
                    Backoff = TimeSpan.FromSeconds(1),
                    BackoffMax = TimeSpan.FromSeconds(4),
                    Distribution = KafkaGroupDistribution.Record,
                }
                : new DeliveryRules(strategy) { ClientMaxInFlight = 5, Distribution = KafkaGroupDistribution.Record },
            _time);
        Ledger.Use(all => all.Assign(
        [
            Records.Start(), Records.Start(1, 5), new PartitionStart(Records.Partition(2), UncommittedStart, IsCommitted: false), Records.Start(3, 7),
        ]));
        Fill();
        Confirm();
        foreach (var note in _notes)
        {
            note.Remember();
        }

        foreach (var partition in Ledger.Use(static all => all.Owned.ToArray()))
        {
            _before[partition.Id.Partition.Value] = (partition.CommitTarget, partition.Committed);
        }

        Words = new AckVocabulary(
            [.. _notes.Select(note => (note.Record.Partition.Id.Topic, note.Record.Partition.Id.Partition.Value, note.Record.Offset)), ("orders", 3, 7), ("orders", 4, 0), ("payments", 0, 1)],
            [.. _batches, ReplicaMark + new string('A', 24), new string('B', 32), "", "b-1"]);
    }

    public KafkaCommitStrategy Strategy { get; }

    public GroupLedger Ledger { get; }

    public AckVocabulary Words { get; }

    /// <summary>Gets a stream that has records, one of another user that has some too, and one that was never given any.</summary>
    public IReadOnlyList<AckSpeaker> Streams { get; private set; } = [];

    /// <summary>Gets requests of those who have records and of those who have none.</summary>
    public static IReadOnlyList<AckSpeaker> Requests { get; } = [new("ada", null), new("bob", null), new(null, null), new("mallory", null)];

    /// <summary>Gets who has nothing, and whose word is to change nothing whatever it is.</summary>
    public static string Stranger => "mallory";

    /// <summary>Gets a value indicating whether somebody has said something that counts.</summary>
    public bool IsTouched => _notes.Exists(note => note.HasChanged) || Ledger.Use(static all => all.Owned.Any(partition => !partition.Confirmations.IsEmpty));

    /// <summary>Compares what has become of the ledger with what the client was allowed to say.</summary>
    /// <param name="claim">What it said, all of which is to be done as far as it is its to say; null if that was refused, or no message.</param>
    /// <param name="speaker">Who said it.</param>
    public void Check(AckClaim? claim, AckSpeaker speaker)
    {
        foreach (var note in _notes)
        {
            var isMeant = Strategy == KafkaCommitStrategy.ClientAcks && claim is not null && speaker.Has(note) && IsMeant(claim, note);
            if (note.HasChanged && !isMeant)
            {
                throw new FuzzFailureException($"{note.Record.Partition.Id} {note.Record.Offset} is {note.Record.State}, and nobody who has it said so.");
            }

            var isSettling = isMeant && claim!.Kind is "ack" or "commit";
            FuzzFailureException.ThrowUnless(
                !isMeant || (note.HasChanged && note.Record.State == RecordState.Settled == isSettling && note.Record.State == RecordState.Held == (claim!.Kind == "extend")),
                $"{note.Record.Partition.Id} {note.Record.Offset} is {note.Record.State} after a valid {claim?.Kind}.");
        }

        foreach (var partition in Ledger.Use(static all => all.Owned.ToArray()))
        {
            CheckCommit(partition, claim, speaker);
        }
    }

    /// <summary>Checks that nothing at all has changed but what a client has may have settled: for streams of messages.</summary>
    public void CheckOthers(AckSpeaker speaker)
    {
        foreach (var note in _notes)
        {
            FuzzFailureException.ThrowUnless(!note.HasChanged || speaker.Has(note), $"{note.Record.Partition.Id} {note.Record.Offset} is {note.Record.State}, and its client said nothing.");
        }

        foreach (var partition in Ledger.Use(static all => all.Owned.ToArray()))
        {
            var settled = Settled(partition);
            FuzzFailureException.ThrowUnless(
                partition.CommitTarget <= settled, $"{partition.Id} is to be committed up to {partition.CommitTarget}, and is settled up to {settled}.");
        }
    }

    private bool IsMeant(AckClaim claim, RecordNote note) => claim.Batch is { } batch
        ? note.Batch == batch
        : claim.Records.Any(record => record.Topic == note.Record.Partition.Id.Topic && record.Partition == note.Record.Partition.Id.Partition.Value
            && (claim.IsThrough ? record.Offset >= note.Record.Offset && IsHandedOut(record) : record.Offset == note.Record.Offset));

    // Whoever speaks of what nobody was given is told so, and nothing is done.
    private bool IsHandedOut((string Topic, long Partition, long Offset) record) => record.Offset < _handedTo.GetValueOrDefault((record.Topic, record.Partition));

    private void CheckCommit(OwnedPartition partition, AckClaim? claim, AckSpeaker speaker)
    {
        var number = partition.Id.Partition.Value;
        var (target, committed) = _before[number];
        FuzzFailureException.ThrowUnless(partition.Committed == committed, $"{partition.Id} is said to be committed at {partition.Committed}.");
        if (Strategy == KafkaCommitStrategy.ClientAcks)
        {
            target = Settled(partition);
        }
        else if (Strategy == KafkaCommitStrategy.Off && claim is { Kind: "commit" })
        {
            var handedTo = speaker.Stream is { } stream ? _handedToStream.GetValueOrDefault((stream, number)) : _handedTo.GetValueOrDefault((partition.Id.Topic, number));
            foreach (var (topic, wanted, offset) in claim.Records)
            {
                target = topic == partition.Id.Topic && wanted == number && handedTo > 0 && offset < handedTo ? Math.Max(target, offset + 1) : target;
            }

            target = Math.Min(target, Settled(partition));
        }

        // A commit of what is committed already is no commit.
        FuzzFailureException.ThrowUnless(
            partition.CommitTarget == target || Math.Max(partition.CommitTarget, target) <= committed,
            $"{partition.Id} is to be committed up to {partition.CommitTarget}, and not up to {target}.");
    }

    /// <summary>Gets how far everything is settled, by the notes.</summary>
    private long Settled(OwnedPartition partition) => _notes
        .Where(note => note.Record.Partition == partition && note.Record.State != RecordState.Settled)
        .Select(note => note.Record.Offset)
        .DefaultIfEmpty(partition.Tracker.NextOffset)
        .Min();

    private void Fill()
    {
        Receive(0, 0, 14);
        var late = Take("ada", 2);
        _time.Advance(TimeSpan.FromSeconds(31));
        Ledger.Sweep();
        if (Strategy == KafkaCommitStrategy.ClientAcks)
        {
            var refused = Take("ada", 2).HeldRecords.ToArray();
            Say(refused[0], AckKind.Nack, "ada");
            Say(refused[1], AckKind.Ack, "ada");
            var settled = Take("ada", 1);
            _ = Ledger.Acknowledge(new AckMessage(AckKind.Ack) { Batch = settled.Id }, "ada");
            _batches.AddRange([late.Id, settled.Id]);
        }

        NoteBatch(Take("ada", 3), "ada");
        NoteBatch(Take("bob", 2), "bob");
        Receive(1, 5, 3);
        Receive(1, 9, 3);
        Receive(2, UncommittedStart, 6);
        NoteBatch(Take(null, 4), null);
        Streams = [Open("ada"), Open("bob"), Open(Stranger)];
        foreach (var speaker in Streams.Take(2))
        {
            var records = speaker.Stream!.Take();
            NoteHanded(records, speaker.User, speaker.Stream, null);
            speaker.Stream.Sent(records);
        }

        NoteBatch(Take("ada", 2), "ada");
        NoteRest();
        _time.Advance(TimeSpan.FromSeconds(1));
    }

    private void Receive(int partition, long first, int count) => Ledger.Receive(first, count, partition);

    private AckSpeaker Open(string user)
    {
        var stream = new GroupSession(Ledger, user, needsPermits: false, static () => { });
        stream.Enter();
        return new AckSpeaker(user, stream);
    }

    private RecordBatch Take(string? user, int count)
    {
        var batch = AtOnce.Get(Ledger.TakeAsync(count, 1_000_000, TimeSpan.Zero, user, CancellationToken.None));
        foreach (var record in batch.Records)
        {
            Raise(_handedTo, (record.Topic, record.Partition), record.Offset + 1);
        }

        return batch;
    }

    private void Say(HandedRecord record, AckKind kind, string? user) => _ = Ledger.Acknowledge(
        new AckMessage(kind) { Records = [new RecordId(record.Tracked.Partition.Id, record.Tracked.Offset)], Delay = TimeSpan.FromSeconds(9) }, user);

    private void NoteBatch(RecordBatch batch, string? user)
    {
        NoteHanded(batch.HeldRecords.ToArray(), user, null, batch.Id);
        _batches.Add(batch.Id);
        batch.Begin();
        batch.Complete();
    }

    private void NoteHanded(HandedRecord[] records, string? user, GroupSession? stream, string? batch)
    {
        foreach (var (record, _, _) in records)
        {
            _notes.RemoveAll(note => note.Record == record);
            _notes.Add(new RecordNote(record, user, stream, batch, IsHeld: true));
            var partition = record.Partition.Id;
            Raise(_handedTo, (partition.Topic, partition.Partition.Value), record.Offset + 1);
            if (stream is not null)
            {
                Raise(_handedToStream, (stream, partition.Partition.Value), record.Offset + 1);
            }
        }
    }

    private static void Raise<TKey>(Dictionary<TKey, long> most, TKey key, long offset)
        where TKey : notnull => most[key] = Math.Max(most.GetValueOrDefault(key), offset);

    /// <summary>Notes the records that nobody has.</summary>
    private void NoteRest()
    {
        foreach (var partition in Ledger.Use(static all => all.Owned.ToArray()))
        {
            for (var index = 0; index < partition.Tracker.Span; index++)
            {
                var record = partition.Tracker[index];
                if (_notes.TrueForAll(note => note.Record != record))
                {
                    _notes.Add(new RecordNote(record, null, null, null, IsHeld: false));
                }
            }
        }
    }

    private void Confirm() => Ledger.Use(static all =>
    {
        var pending = all.Commits.Take(atOnce: true);
        all.Commits.Settle(pending, new ErrorCode[pending.Count]);
    });
}
