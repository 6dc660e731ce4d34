using System.Globalization;
using KafkaConsume.Yarp.Tests.Delivery;
using KafkaConsume.Yarp.Tests.History;

namespace KafkaConsume.Yarp.Tests.Races;

/// <summary>Races of takeover, revocation, loss, commit, ack, nack, expiry and close, explored by seed instead of by luck.</summary>
public sealed class GroupScheduleTests
{
    private const int Schedules = 400;
    private const int SchedulesOfAMutant = 40;

    [Fact]
    public void Run_HundredsOfSchedules_BreakNoPromise()
    {
        var broken = Enumerable.Range(1, Schedules * Effort.Factor)
            .Select(seed => (Seed: seed, Violations: GroupSchedule.Run(seed)))
            .Where(run => run.Violations.Count > 0)
            .Select(run => $"seed {run.Seed}: {string.Join("; ", run.Violations.Take(3))}")
            .ToArray();

        string.Join('\n', broken).Should().BeEmpty("a schedule can be had again by its seed, with Run_OneSchedule_BreaksNoPromise and KAFKA_CONSUME_TEST_SEED");
    }

    [Fact]
    public void Run_OneSchedule_BreaksNoPromise()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("KAFKA_CONSUME_TEST_SEED"), CultureInfo.InvariantCulture, out var given) ? given : 1;
        var violations = GroupSchedule.Run(seed, Mutant.None, 250, out var history);

        violations.Should().BeEmpty($"this is what happened:\n{(violations.Count > 0 ? HistoryText.Of(history) : "")}");
    }

    [Theory]
    [InlineData(Mutant.CommitsPosition, "I3")]
    [InlineData(Mutant.CommitsHighestAck, "I3")]
    [InlineData(Mutant.TakesLateAcks, "I8")]
    [InlineData(Mutant.CommitsOvertake, "I5")]
    [InlineData(Mutant.HandlerLosesRecord, "I1")]
    [InlineData(Mutant.SharesLease, "I8")]
    public void Run_AMistakeIsMadeOnPurpose_IsNoticed(Mutant mutant, string invariant)
    {
        var found = Enumerable.Range(1, SchedulesOfAMutant).Count(seed => GroupSchedule.Run(seed, mutant).Any(violation => violation.StartsWith(invariant, StringComparison.Ordinal)));

        found.Should().BeGreaterThan(SchedulesOfAMutant / 4);
    }
}
