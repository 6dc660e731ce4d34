using System.Globalization;

namespace Harness.Reporting;

/// <summary>The median of some rounds, and the range.</summary>
internal sealed record Statistic(double Median, double Lowest, double Highest)
{
    public static Statistic Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0
            ? new Statistic(double.NaN, double.NaN, double.NaN)
            : new Statistic(sorted[sorted.Length / 2], sorted[0], sorted[^1]);
    }

    public override string ToString() => $"{Text(Median)} ({Text(Lowest)} to {Text(Highest)})";

    private static string Text(double value) =>
        value.ToString(value >= 1000 ? "N0" : "0.00", CultureInfo.InvariantCulture);
}
