using System.Globalization;

namespace Harness.Reporting;

/// <summary>The median of some rounds, and the range.</summary>
internal sealed record Statistic(double Median, double Lowest, double Highest)
{
    public static Statistic Of(IEnumerable<double> values)
    {
        var sorted = values.Where(double.IsFinite).Order().ToArray();
        return sorted.Length == 0
            ? new Statistic(double.NaN, double.NaN, double.NaN)
            : new Statistic((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[0], sorted[^1]);
    }

    /// <summary>Gives the median with the range behind it, and nothing when there were no rounds.</summary>
    public override string ToString() =>
        double.IsNaN(Median) ? "" : Lowest == Highest ? Text(Median) : $"{Text(Median)} ({Text(Lowest)} to {Text(Highest)})";

    private static string Text(double value) => value.ToString(
        Math.Abs(value) switch
        {
            >= 1000 => "N0",
            >= 100 => "0",
            >= 10 => "0.0",
            _ => "0.00",
        },
        CultureInfo.InvariantCulture);
}
