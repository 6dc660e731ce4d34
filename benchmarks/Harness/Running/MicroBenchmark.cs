using System.Diagnostics;

namespace Harness.Running;

/// <summary>The benchmark without network, in its own process.</summary>
internal static class MicroBenchmark
{
    public const string Name = "without network";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>Runs it and gives its table; nothing when it failed.</summary>
    public static string? Run(BenchOptions options, params IEnumerable<string> arguments)
    {
        string[] command = ["dotnet", "exec", options.MicroAssembly, .. arguments];
        string[] whole = options.ServerCores is { } cores ? ["taskset", "-c", cores, .. command] : command;
        using var process = Process.Start(new ProcessStartInfo(whole[0], whole[1..]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        if (process.WaitForExit(Patience) && process.ExitCode == 0)
        {
            return output.GetAwaiter().GetResult();
        }

        process.Kill();
        return null;
    }
}
