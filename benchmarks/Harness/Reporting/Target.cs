using System.Globalization;

namespace Harness.Reporting;

/// <summary>What the library's figure may be beside that of another peer.</summary>
/// <param name="Against">The other peer.</param>
/// <param name="Limit">A factor, or a difference where the section compares by difference.</param>
/// <param name="IsAtMost">Whether it is a most, and not a least.</param>
internal sealed record Target(string Against, double Limit, bool IsAtMost = true)
{
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{(IsAtMost ? "at most" : "at least")} {Limit}");

    public bool Holds(double value) => IsAtMost ? value <= Limit : value >= Limit;
}
