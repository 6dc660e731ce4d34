using System.Globalization;
using System.Text;
using System.Text.Json;
using Harness.Running;

namespace Harness.Reporting;

/// <summary>Writes down what was measured.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static string Line(Measurement measurement) =>
        $"{measurement.Cell} | {measurement.Peer} #{measurement.Round} | "
        + string.Join("  ", measurement.Figures.Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Key}={figure.Value:0.##}")));

    public static string Json(IReadOnlyList<Measurement> measurements) => JsonSerializer.Serialize(measurements, Indented);

    public static string Table(IReadOnlyList<Measurement> measurements)
    {
        var text = new StringBuilder();
        text.AppendLine("| cell | figure | library | ceiling | ratio | target |").AppendLine("|---|---|---|---|---|---|");
        foreach (var cell in measurements.GroupBy(measurement => measurement.Cell, StringComparer.Ordinal))
        {
            var (figure, unit, target) = cell.First().Figures.ContainsKey("rssKb") ? ("rssKb", "kB RSS per client", "<= 1.15")
                : cell.Key.Contains("/s", StringComparison.Ordinal) ? ("microseconds", "µs CPU per delivery", "<= 1.25")
                : ("perCore", "deliveries/s per core", ">= 0.8");
            var library = Statistic.Of(cell.Where(m => m.Peer == "library").Select(m => m.Figures[figure]));
            var ceiling = Statistic.Of(cell.Where(m => m.Peer == "ceiling").Select(m => m.Figures[figure]));
            text.AppendLine(CultureInfo.InvariantCulture, $"| {cell.Key} | {unit} | {library} | {ceiling} | {library.Median / ceiling.Median:0.00} | {target} |");
        }

        return text.ToString();
    }
}
