using KafkaConsume.Yarp.Tests.History;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>What came of a run of chaos.</summary>
internal sealed record ChaosResult(ChaosPlan Plan, IReadOnlyList<HistoryEvent> History, IReadOnlyList<string> Violations, TimeSpan Elapsed)
{
    /// <summary>Gets how often records came to clients.</summary>
    public long Deliveries => History.OfType<HistoryEvent.Delivered>().Sum(delivered => (long)delivered.Records.Length);

    /// <summary>Gets how many of the violations are of some of the promises.</summary>
    public int Count(params string[] invariants) =>
        Violations.Count(violation => invariants.Any(invariant => violation.StartsWith(invariant + ":", StringComparison.Ordinal)));

    public override string ToString() => string.Join(
        ", ",
        Plan.ToString(),
        $"{Deliveries} deliveries",
        $"{History.OfType<HistoryEvent.Said>().Count()} messages",
        $"{History.OfType<HistoryEvent.Fault>().Count()} rebalances and ends of gateways",
        $"{History.OfType<HistoryEvent.GivenUp>().Count()} given up",
        $"{History.OfType<HistoryEvent.DeadLetters>().Sum(letters => letters.Records.Length)} dead letters",
        $"{History.OfType<HistoryEvent.Committed>().Count()} commits seen",
        FormattableString.Invariant($"{Elapsed.TotalSeconds:0.0} s"),
        $"{Violations.Count} violations");
}
