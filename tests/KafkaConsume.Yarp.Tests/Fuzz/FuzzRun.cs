namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>Gives a target its inputs, by number.</summary>
internal static class FuzzRun
{
    /// <summary>How much an input of a single byte is counted for, so that what each costs whatever it is does not hide what grows with it.</summary>
    public const int FreeBytes = 1_024;

    private const int WarmUps = 300;

    /// <summary>Gets all targets.</summary>
    public static IReadOnlyList<Func<IFuzzTarget>> Targets { get; } =
        [static () => new FrameTarget(), static () => new PostTarget(), static () => new SocketTarget(), static () => new QueryTarget(), static () => new CursorTarget(), static () => new PongTarget()];

    public static FuzzReport Run(IFuzzTarget target, long seed, long first, long count)
    {
        // What the runtime allocates once is no input's doing.
        for (var number = 0; number < WarmUps; number++)
        {
            Try(target, 0, number, new FuzzReport(target.Name), isMeasured: false);
        }

        var report = new FuzzReport(target.Name);
        for (var number = first; number < first + count; number++)
        {
            Try(target, seed, number, report, isMeasured: true);
        }

        return report;
    }

    private static void Try(IFuzzTarget target, long seed, long number, FuzzReport report, bool isMeasured)
    {
        byte[] input = [];
        try
        {
            input = target.Generate(new FuzzRandom(seed, target.Name, number));
            var outcome = target.Run(input, out var allocated);
            var limit = isMeasured ? target.FixedBytes + (target.BytesPerByte * input.Length) : long.MaxValue;
            if (allocated > limit)
            {
                // With a collection in between, what is left of the thread's block is counted too. It does not come a second time.
                outcome = target.Run(target.Generate(new FuzzRandom(seed, target.Name, number)), out allocated);
            }

            FuzzFailureException.ThrowUnless(allocated <= limit, $"{allocated} bytes are allocated for {input.Length}.");
            report.Count(outcome, number, (double)allocated / (FreeBytes + input.Length));
        }
        catch (Exception failure)
        {
            report.Fail(seed, number, input, failure);
        }
    }
}
