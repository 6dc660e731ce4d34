namespace Harness.Loading;

/// <summary>How long deliveries took, in steps of 10 microseconds up to 10 seconds.</summary>
internal sealed class LatencyHistogram
{
    private const int StepNs = 10_000;
    private const int Steps = 1_000_000;

    private readonly int[] _counts = new int[Steps];
    private long _total;
    private long _maxNs;

    public double MaxMs => _maxNs / 1e6;

    public void Add(long nanoseconds)
    {
        _maxNs = Math.Max(_maxNs, nanoseconds);
        _counts[Math.Clamp(nanoseconds / StepNs, 0, Steps - 1)]++;
        _total++;
    }

    /// <summary>Adds what another one has.</summary>
    public void Add(LatencyHistogram other)
    {
        _maxNs = Math.Max(_maxNs, other._maxNs);
        _total += other._total;
        for (var step = 0; step < Steps; step++)
        {
            _counts[step] += other._counts[step];
        }
    }

    /// <summary>Gets the time that this share of the deliveries did not exceed, in milliseconds; not a number when there were none.</summary>
    public double PercentileMs(double share)
    {
        var rank = (long)Math.Ceiling(_total * share);
        var seen = 0L;
        for (var step = 0; rank > 0 && step < Steps; step++)
        {
            seen += _counts[step];
            if (seen >= rank)
            {
                return (step + 0.5) * StepNs / 1e6;
            }
        }

        return double.NaN;
    }
}
