namespace Harness;

/// <summary>How the benchmarks are run.</summary>
internal sealed record BenchOptions
{
    private BenchOptions()
    {
        var artifacts = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", ".."));
        PeersAssembly = Path.Combine(artifacts, "bin", "Peers", "release", "Peers.dll");
        Results = Path.Combine(artifacts, "benchmarks");
    }

    /// <summary>Gets a value indicating whether there is one short round of each cell.</summary>
    public bool IsQuick { get; private init; }

    /// <summary>Gets what the names of cells must have in them.</summary>
    public string Only { get; private init; } = "";

    public int Rounds => IsQuick ? 1 : 3;

    public string PeersAssembly { get; }

    public string Results { get; }

    /// <summary>Gets where servers run: alone, where there is more than one core.</summary>
    public string? ServerCores { get; } = Environment.GetEnvironmentVariable("BENCH_SERVER_CORES");

    /// <summary>Gets where everything else runs.</summary>
    public string? OtherCores { get; } = Environment.GetEnvironmentVariable("BENCH_OTHER_CORES");

    public static BenchOptions Parse(string[] args)
    {
        var options = new BenchOptions();
        for (var index = 0; index < args.Length; index++)
        {
            options = args[index] switch
            {
                "--quick" => options with { IsQuick = true },
                "--only" when index + 1 < args.Length => options with { Only = args[++index] },
                var unknown => throw new InvalidOperationException($"'{unknown}' is not known; see eng/bench.sh --help."),
            };
        }

        return options;
    }

    public bool Includes(string cell) => cell.Contains(Only, StringComparison.OrdinalIgnoreCase);
}
