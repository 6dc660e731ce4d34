using System.Globalization;

namespace Harness.Reporting;

/// <summary>The library beside another peer in one cell, round by round.</summary>
/// <param name="Against">The other peer.</param>
/// <param name="Value">The factor or difference of each round's two.</param>
/// <param name="Target">What it should be, where that is said.</param>
/// <param name="IsDifference">Whether it is a difference.</param>
internal sealed record Comparison(string Against, Statistic Value, Target? Target, bool IsDifference)
{
    public bool? Holds => Target?.Holds(Value.Median);

    /// <summary>Compares the rounds that both have finished; null when there are none.</summary>
    public static Comparison? Of(Cell cell, IEnumerable<Measurement> library, string against, IEnumerable<Measurement> others)
    {
        var figure = cell.Section.Columns[0].Figure;
        var values = library
            .Join(others, ours => ours.Round, theirs => theirs.Round, (ours, theirs) => (Ours: Of(ours, figure), Theirs: Of(theirs, figure)))
            .Where(pair => !double.IsNaN(pair.Ours) && !double.IsNaN(pair.Theirs))
            .Select(pair => cell.Section.IsDifference ? pair.Ours - pair.Theirs : pair.Ours / pair.Theirs)
            .ToList();
        var target = cell.Targets.FirstOrDefault(target => target.Against == against);
        return values.Count == 0 ? null : new Comparison(against, Statistic.Of(values), target, cell.Section.IsDifference);
    }

    public override string ToString()
    {
        var sign = IsDifference && Value.Median >= 0 ? "+" : "";
        var unit = IsDifference ? "" : "x";
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{Value.Median:0.00}{unit} ({Value.Lowest:0.00} to {Value.Highest:0.00})");
    }

    private static double Of(Measurement measurement, string figure) => measurement.Figures.GetValueOrDefault(figure, double.NaN);
}
