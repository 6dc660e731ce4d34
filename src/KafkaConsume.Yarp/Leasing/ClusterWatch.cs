using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// Finds out whether Kafka is there when nothing comes from it: a consumer that waits cannot tell an idle topic from a cluster that is
/// gone, and never says that one is back.
/// </summary>
internal sealed class ClusterWatch(KafkaCluster cluster, IReadOnlyList<string> topics, GroupLedger ledger, TimeProvider time, TimeSpan timeout)
{
    private long _heardAt = time.GetTimestamp();
    private int _isAsking;
    private volatile KafkaProblem? _problem;

    /// <summary>Gets a value indicating whether Kafka did not answer when last asked, or has not yet.</summary>
    public bool IsInDoubt => IsDown || Volatile.Read(ref _isAsking) != 0;

    private bool IsDown => _problem is { IsUnavailable: true };

    /// <summary>Takes note that something has come from Kafka.</summary>
    public void Heard()
    {
        Volatile.Write(ref _heardAt, time.GetTimestamp());
        if (IsDown)
        {
            Found(null);
        }
    }

    /// <summary>Takes note of what was found out elsewhere.</summary>
    public void Found(KafkaProblem? problem)
    {
        _problem = problem;
        ledger.SetClusterProblem(problem);
    }

    /// <summary>Asks Kafka if clients wait and there is doubt. To be called about every second.</summary>
    public void Tick()
    {
        if (_problem is not null || (ledger.HasWaiters && time.GetElapsedTime(Volatile.Read(ref _heardAt)) >= timeout))
        {
            Ask();
        }
    }

    /// <summary>Asks Kafka, unless a question is open. Does not wait for the answer.</summary>
    public void Ask()
    {
        if (Interlocked.Exchange(ref _isAsking, 1) == 0)
        {
            _ = AskAsync();
        }
    }

    private async Task AskAsync()
    {
        var asked = time.GetTimestamp();
        try
        {
            await cluster.DescribeAsync(topics);
            Volatile.Write(ref _heardAt, time.GetTimestamp());
            Found(null);
        }
        catch (KafkaProblemException failure)
        {
            // What has come since the question is the better answer.
            if (!failure.Problem.IsUnavailable || Volatile.Read(ref _heardAt) < asked)
            {
                Found(failure.Problem);
            }
        }
        finally
        {
            Volatile.Write(ref _isAsking, 0);
        }
    }
}
