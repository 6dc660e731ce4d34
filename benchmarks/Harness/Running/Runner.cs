using Harness.Reporting;

namespace Harness.Running;

/// <summary>Runs steps so that what goes wrong in one is told in its place, and the others run.</summary>
internal sealed class Runner(Lab lab, Action<Measurement> report)
{
    private const int MaxFailures = 2;

    private static readonly TimeSpan CleanUp = TimeSpan.FromSeconds(30);

    private readonly Dictionary<(Cell, string), (int Count, string Reason)> _failures = [];

    public void Run(Step step)
    {
        var key = (step.Cells[0], step.Peers[0]);
        var (count, reason) = _failures.GetValueOrDefault(key);
        if (count >= MaxFailures)
        {
            Report(step, [], reason);
            return;
        }

        var measured = new List<(Cell, string)>();
        string? failure = null;
        var thread = new Thread(() => failure = Measure(step, measured)) { IsBackground = true, Name = "step" };
        thread.Start();
        if (!thread.Join(step.Deadline))
        {
            ChildProcess.KillAll();
            thread.Join(CleanUp);
            failure = $"took more than {step.Deadline.TotalSeconds:0} s";
        }

        if (failure is not null)
        {
            _failures[key] = (count + 1, failure);
            Report(step, measured, failure);
        }
    }

    private string? Measure(Step step, List<(Cell, string)> measured)
    {
        try
        {
            foreach (var measurement in step.Run(lab))
            {
                measured.Add((measurement.Cell, measurement.Peer));
                report(measurement with { Figures = Finite(measurement.Figures) });
            }

            return null;
        }
        catch (UnavailableException missing)
        {
            return missing.Message;
        }
        catch (Exception failure)
        {
            Console.Error.WriteLine(failure);
            try
            {
                // A producer may still be at work, or a cluster gone.
                lab.Reset();
            }
            catch (Exception again)
            {
                Console.Error.WriteLine(again);
            }

            return $"failed: {failure.Message.ReplaceLineEndings(" ")}";
        }
    }

    private static Dictionary<string, double> Finite(IReadOnlyDictionary<string, double> figures) =>
        figures.Where(figure => double.IsFinite(figure.Value)).ToDictionary(StringComparer.Ordinal);

    private void Report(Step step, List<(Cell, string)> measured, string failure)
    {
        foreach (var (cell, peer) in step.Cells.SelectMany(cell => step.Peers.Select(peer => (cell, peer))).Except(measured))
        {
            report(new Measurement(cell, peer, step.Round, new Dictionary<string, double>(StringComparer.Ordinal), failure));
        }
    }
}
