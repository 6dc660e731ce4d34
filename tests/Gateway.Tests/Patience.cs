namespace Gateway.Tests;

/// <summary>How long a test waits for what must happen: far longer than it takes, so that a busy machine fails nothing.</summary>
internal static class Patience
{
    public const int Milliseconds = 45_000;

    public static TimeSpan Duration => TimeSpan.FromMilliseconds(Milliseconds);
}
