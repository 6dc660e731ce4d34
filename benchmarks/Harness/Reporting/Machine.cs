using System.Diagnostics;
using System.Globalization;

namespace Harness.Reporting;

/// <summary>Where and with what it was measured.</summary>
/// <param name="Facts">Names and values, in the order in which they are told.</param>
internal sealed record Machine(IReadOnlyList<(string Name, string Value)> Facts)
{
    public static Machine Describe(BenchOptions options, TimeProvider time)
    {
        var cpu = Line("/proc/cpuinfo", "model name") ?? "unknown";
        var memory = long.Parse((Line("/proc/meminfo", "MemTotal") ?? "0 kB").Split(' ')[0], CultureInfo.InvariantCulture) / 1048576.0;
        var system = Line("/etc/os-release", "PRETTY_NAME", '=')?.Trim('"') ?? "Linux";
        return new Machine(
        [
            ("date", time.GetUtcNow().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
            ("command", string.Join(' ', ["eng/bench.sh", .. options.Arguments])),
            ("rounds", string.Create(CultureInfo.InvariantCulture, $"{options.Rounds}{(options.IsQuick ? ", short ones" : "")}")),
            ("commit", Output("git", "describe", "--always", "--dirty") ?? "unknown"),
            ("machine", string.Create(CultureInfo.InvariantCulture, $"{cpu}, {CpuCount()} cores, {memory:0} GiB; servers on {options.ServerCores ?? "any"}, all else on {options.OtherCores ?? "any"}")),
            ("system", $"{system}, kernel {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}"),
            (".NET", Environment.Version.ToString()),
            ("librdkafka", Confluent.Kafka.Library.VersionString),
            ("Confluent.Kafka", typeof(Confluent.Kafka.ConsumerConfig).Assembly.GetName().Version?.ToString(3) ?? "unknown"),
            ("Apache Kafka", KafkaVersion(options.KafkaHome) ?? "not there"),
            ("nginx", NginxVersion()),
        ]);
    }

    /// <summary>Adds where and when cells were measured that are kept from an earlier run.</summary>
    public Machine With(Machine earlier, IReadOnlyList<Cell> kept)
    {
        var sections = string.Join(", ", kept.Select(cell => cell.Section.Title).Distinct(StringComparer.Ordinal));
        var facts = earlier.Facts.ToDictionary(fact => fact.Name, fact => fact.Value, StringComparer.Ordinal);
        return kept.Count == 0 ? this : new Machine(
        [
            .. Facts,
            ("kept from an earlier run", $"{kept.Count} cells ({sections}), {facts["date"]}, rounds: {facts["rounds"]}, commit {facts["commit"]}, {facts["machine"]}"),
            .. earlier.Facts.Where(fact => fact.Name == "kept from an earlier run").Select(fact => ("and from one before that", fact.Value)),
        ]);
    }

    // Of the machine, and not of the cores that this process may use.
    private static int CpuCount() => File.ReadLines("/proc/cpuinfo").Count(line => line.StartsWith("processor", StringComparison.Ordinal));

    private static string? Line(string file, string name, char separator = ':') =>
        !File.Exists(file) ? null : File.ReadLines(file)
            .Where(line => line.StartsWith(name, StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(separator, StringComparison.Ordinal) + 1)..].Trim())
            .FirstOrDefault();

    private static string? KafkaVersion(string? home) =>
        home is null ? null : Directory.EnumerateFiles(Path.Combine(home, "libs"), "kafka-clients-*.jar")
            .Select(file => Path.GetFileNameWithoutExtension(file)["kafka-clients-".Length..])
            .FirstOrDefault();

    private static string NginxVersion()
    {
        var version = Output("dpkg-query", "-W", "-f", "nginx ${Version}", "nginx");
        return version is null ? "not there" : $"{version}, {Output("dpkg-query", "-W", "-f", "nchan ${Version}", "libnginx-mod-nchan") ?? "no nchan"}";
    }

    private static string? Output(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 && output.Length > 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
