using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tests.History;

namespace KafkaConsume.Yarp.Tests.Races;

/// <summary>
/// One order, of the many that are possible, in which the members of a group and their clients do what they do. A seed decides it, so that it
/// can be had again. Whatever waits for Kafka is interrupted by anything else, as it would be by other threads.
/// </summary>
internal sealed class GroupSchedule
{
    private const int MaxDepth = 2;
    private const int MaxRounds = 150;

    private static readonly ErrorCode[] Refusals =
    [
        ErrorCode.RebalanceInProgress, ErrorCode.NotCoordinatorForGroup, ErrorCode.GroupLoadInProgress, ErrorCode.Local_Transport,
        ErrorCode.GroupAuthorizationFailed, ErrorCode.InvalidCommitOffsetSize,
    ];

    private readonly Random _random;
    private readonly ScheduledClients _clients;
    private int _depth;
    private int _members;
    private bool _isQuiet;

    public GroupSchedule(int seed, Mutant mutant = Mutant.None)
    {
        _random = new Random(seed);
        Rules = new DeliveryRules(KafkaCommitStrategy.ClientAcks)
        {
            AckTimeout = TimeSpan.FromSeconds(10),
            MaxDeliveries = _random.Next(2) * 3,
            MaxInFlight = _random.Next(2) == 0 ? 9 : 1_000,
        };
        Log = new HistoryLog(Time);
        Broker = new FakeBroker(Log);
        Mistakes = new Mistakes(mutant, this, seed);
        _clients = new ScheduledClients(this, _random);
    }

    public SteppedTime Time { get; } = new();

    public DeliveryRules Rules { get; }

    public HistoryLog Log { get; }

    public FakeBroker Broker { get; }

    public Mistakes Mistakes { get; }

    /// <summary>Runs a schedule and gives what is wrong with its history.</summary>
    public static IReadOnlyList<string> Run(int seed, Mutant mutant = Mutant.None, int steps = 250) => Run(seed, mutant, steps, out _);

    /// <inheritdoc cref="Run(int, Mutant, int)"/>
    public static IReadOnlyList<string> Run(int seed, Mutant mutant, int steps, out IReadOnlyList<HistoryEvent> history)
    {
        var schedule = new GroupSchedule(seed, mutant);
        schedule.Start();
        for (var step = 0; step < steps; step++)
        {
            schedule.Step();
        }

        schedule.Finish();
        history = schedule.Log.Events;
        return HistoryChecker.Check(history, new HistoryRules
        {
            AckTimeout = schedule.Rules.AckTimeout,
            MaxDeliveries = schedule.Rules.MaxDeliveries,
            MaxInFlight = schedule.Rules.MaxInFlight,
        });
    }

    /// <summary>Lets others do something while a member waits for Kafka.</summary>
    public void Interleave()
    {
        for (var count = _isQuiet || _depth == MaxDepth ? 0 : _random.Next(4); count > 0; count--)
        {
            _depth++;
            Step();
            _depth--;
        }
    }

    /// <summary>Decides what becomes of a commit: whether Kafka refuses it, and what goes wrong after it was taken.</summary>
    public (ErrorCode Refusal, ErrorCode Trouble) NextFate() => _isQuiet ? default : _random.Next(10) switch
    {
        0 or 1 => (Refusals[_random.Next(Refusals.Length)], ErrorCode.NoError),
        2 => (ErrorCode.NoError, ErrorCode.RequestTimedOut),
        _ => default,
    };

    private void Start()
    {
        for (var partition = 0; partition < FakeBroker.Partitions; partition++)
        {
            Broker.Produce(partition, 20, isHole: false);
        }

        Broker.Join(new ScheduledMember($"g{++_members}", this));
        Broker.Join(new ScheduledMember($"g{++_members}", this));
    }

    private void Step()
    {
        var member = Broker.Members[_random.Next(Broker.Members.Count)];
        switch (_random.Next(40))
        {
            case < 10 when !member.IsBusy:
                member.Turn();
                break;
            case < 12:
                Broker.Produce(_random.Next(FakeBroker.Partitions), 1 + _random.Next(6), isHole: _random.Next(5) == 0);
                break;
            case 12 or 13:
                Time.Advance(TimeSpan.FromSeconds(_random.Next(1, 6)));
                break;
            case 14:
                Broker.Rebalance(_random);
                break;
            case 15 when _random.Next(2) == 0 && !member.IsFenced:
                Broker.Fence(member);
                break;
            case 16 when _random.Next(3) == 0 && !member.IsBusy:
                Replace(member);
                break;
            default:
                _clients.Step(member);
                break;
        }

        _clients.Hear();
    }

    private void Replace(ScheduledMember member)
    {
        if (_random.Next(2) == 0)
        {
            member.Close();
        }
        else
        {
            // Killed: nobody hears of it.
            Broker.Leave(member);
        }

        Log.Add(new HistoryEvent.Fault($"{member.Name} is gone"));
        _clients.Forget(member);
        Broker.Join(new ScheduledMember($"g{++_members}", this));
    }

    private void Finish()
    {
        _isQuiet = true;
        for (var round = 0; round < MaxRounds && !(Broker.IsAllCommitted && _clients.HaveHeardAll); round++)
        {
            foreach (var member in Broker.Members.ToArray())
            {
                member.Turn();
                _clients.Work(member);
            }

            Time.Advance(Rules.AckTimeout / 3);
            _clients.Hear();
        }

        Log.Add(new HistoryEvent.Quiet(Broker.Ends));
    }
}
