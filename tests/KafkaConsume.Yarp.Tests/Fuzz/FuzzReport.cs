using System.Globalization;

namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>What came of the inputs of one target.</summary>
internal sealed class FuzzReport(string target)
{
    private const int MaxFailures = 10;

    private readonly SortedDictionary<string, long> _outcomes = new(StringComparer.Ordinal);
    private readonly List<string> _failures = [];
    private readonly Lock _gate = new();
    private double _worst;
    private long _worstNumber;

    public long Inputs { get; private set; }

    public long Failed { get; private set; }

    /// <summary>Gets the first failures, with what is needed to have them again.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>Adds what another report says of other inputs.</summary>
    public void Add(FuzzReport other)
    {
        lock (_gate)
        {
            Inputs += other.Inputs;
            Failed += other.Failed;
            _failures.AddRange(other._failures.Take(MaxFailures - _failures.Count));
            Weigh(other._worst, other._worstNumber);
            foreach (var (outcome, count) in other._outcomes)
            {
                _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + count;
            }
        }
    }

    public void Count(string outcome, long number, double allocatedPerByte)
    {
        Inputs++;
        _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
        Weigh(allocatedPerByte, number);
    }

    public void Fail(long seed, long number, byte[] input, Exception failure)
    {
        Inputs++;
        Failed++;
        if (_failures.Count < MaxFailures)
        {
            _failures.Add(string.Create(CultureInfo.InvariantCulture, $"{target}:{number} of seed {seed}: {failure}\n    {Convert.ToHexString(input)}"));
        }
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{target}: {Inputs} inputs, {Failed} failed; at most {_worst:0.0} bytes allocated for each byte and {FuzzRun.FreeBytes} more of input {_worstNumber}; {string.Join(", ", _outcomes.OrderByDescending(outcome => outcome.Value).Select(outcome => string.Create(CultureInfo.InvariantCulture, $"{outcome.Value} {outcome.Key}")))}");

    private void Weigh(double allocatedPerByte, long number)
    {
        if (allocatedPerByte > _worst)
        {
            (_worst, _worstNumber) = (allocatedPerByte, number);
        }
    }
}
