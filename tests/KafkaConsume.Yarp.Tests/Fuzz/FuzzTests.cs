namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>Whatever clients send, it is answered as the protocol says, costs no more than its size allows, and settles nothing that is not theirs to settle.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Inputs = 20_000;

    public static TheoryData<string> Targets => [.. FuzzRun.Targets.Select(create => create().Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Input_OfAnyKind_IsAnsweredAndChangesNothingThatIsNotItsClients(string name)
    {
        var target = FuzzRun.Targets.Select(create => create()).Single(target => target.Name == name);

        var report = FuzzRun.Run(target, seed: 1, first: 0, Inputs);

        output.WriteLine($"{report}");
        report.Inputs.Should().Be(Inputs);
        string.Join('\n', report.Failures.Take(3)).Should().BeEmpty();
    }
}
