namespace Harness;

/// <summary>How the benchmarks are run.</summary>
internal sealed record BenchOptions
{
    private BenchOptions(string[] arguments)
    {
        Arguments = arguments;
        var artifacts = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", ".."));
        PeersAssembly = Path.Combine(artifacts, "bin", "Peers", "release", "Peers.dll");
        MicroAssembly = Path.Combine(artifacts, "bin", "KafkaConsume.Yarp.Benchmarks", "release", "KafkaConsume.Yarp.Benchmarks.dll");
        Results = Path.Combine(artifacts, "benchmarks");
        ResultsFile = Path.Combine(Results, "results.json");
        Page = Path.Combine(artifacts, "..", "docs", "benchmarks.md");
    }

    public IReadOnlyList<string> Arguments { get; }

    /// <summary>Gets a value indicating whether there is one short round of each cell.</summary>
    public bool IsQuick { get; private init; }

    /// <summary>Gets a value indicating whether the results replace those in the documentation.</summary>
    public bool WritesPage { get; private init; }

    /// <summary>Gets a value indicating whether the last results stay for what is not measured now.</summary>
    public bool KeepsOthers { get; private init; }

    /// <summary>Gets what the names of cells must have in them.</summary>
    public string Only { get; private init; } = "";

    public int Rounds => IsQuick ? 1 : 3;

    public string PeersAssembly { get; }

    public string MicroAssembly { get; }

    public string Results { get; }

    public string ResultsFile { get; }

    public string Page { get; }

    /// <summary>Gets where servers run: alone, where there is more than one core.</summary>
    public string? ServerCores { get; } = Variable("BENCH_SERVER_CORES");

    /// <summary>Gets where everything else runs.</summary>
    public string? OtherCores { get; } = Variable("BENCH_OTHER_CORES");

    /// <summary>Gets the folder of Apache Kafka; null when there is none.</summary>
    public string? KafkaHome { get; } = Variable("KAFKA_HOME");

    public static BenchOptions Parse(string[] args)
    {
        var options = new BenchOptions(args);
        for (var index = 0; index < args.Length; index++)
        {
            options = args[index] switch
            {
                "--quick" => options with { IsQuick = true },
                "--docs" => options with { WritesPage = true },
                "--keep" => options with { KeepsOthers = true },
                "--only" when index + 1 < args.Length => options with { Only = args[++index] },
                var unknown => throw new InvalidOperationException($"'{unknown}' is not known; see eng/bench.sh --help."),
            };
        }

        return options.WritesPage && options.Only.Length > 0 && !options.KeepsOthers
            ? throw new InvalidOperationException("The documentation shows all cells: --docs does not go with --only, unless --keep adds the others' last results.")
            : options;
    }

    public bool Includes(string cell) => cell.Contains(Only, StringComparison.OrdinalIgnoreCase);

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
