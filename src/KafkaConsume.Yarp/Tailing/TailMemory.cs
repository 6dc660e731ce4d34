namespace KafkaConsume.Yarp.Tailing;

/// <summary>What a log may keep, of how much for all, and the clock that says how old it is.</summary>
internal sealed record TailMemory(KafkaTailOptions Limits, TailBudget Budget, TimeProvider Time)
{
    public static TailMemory Of(KafkaTailOptions limits, TimeProvider time) => new(limits, new TailBudget(limits.TotalMaxBytes), time);
}
