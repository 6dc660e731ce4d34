using Harness.Loading;
using Harness.Reporting;

namespace Harness.Running;

/// <summary>One way of sending records to many clients.</summary>
/// <param name="Kind">How the clients read.</param>
/// <param name="Clients">How many.</param>
/// <param name="ValueBytes">How long the value of a record is.</param>
internal sealed record FanOutCell(StreamKind Kind, int Clients, int ValueBytes)
{
    private const double PacedLimit = 1.25;
    private const double FullLimit = 0.8;

    /// <summary>Gets how many records there are a second; 0 for as many as the server can send.</summary>
    public int Rate { get; private init; }

    /// <summary>Gets how many records are produced at a time.</summary>
    public int Burst { get; private init; } = 1;

    /// <summary>Gets how many records may be on their way, where there is no rate.</summary>
    public int Window { get; private init; }

    public required Cell Report { get; init; }

    public bool IsPaced => Rate > 0;

    public static FanOutCell Paced(StreamKind kind, int clients, int valueBytes, int rate) =>
        Paced(kind, clients, valueBytes, rate, Section.Paced, new Target("ceiling", PacedLimit));

    public static FanOutCell Paced(StreamKind kind, int clients, int valueBytes, int rate, Section section, Target target) =>
        new(kind, clients, valueBytes) { Rate = rate, Report = new Cell(section, Name(kind, clients, $"{rate}/s", valueBytes), target) };

    public static FanOutCell Full(StreamKind kind, int clients, int valueBytes, int burst, int window) => new(kind, clients, valueBytes)
    {
        Burst = burst,
        Window = window,
        Report = new Cell(
            Section.Full,
            Name(kind, clients, burst == 1 ? "saturated" : $"batches of {burst}", valueBytes),
            new Target("ceiling", FullLimit, IsAtMost: false)),
    };

    private static string Name(StreamKind kind, int clients, string load, int valueBytes) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{kind.Title()}, {clients:N0} clients, {load}, {valueBytes:N0} B");
}
