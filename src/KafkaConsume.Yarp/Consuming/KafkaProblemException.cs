namespace KafkaConsume.Yarp.Consuming;

/// <summary>Carries a <see cref="KafkaProblem"/> up to the place that writes the answer.</summary>
internal sealed class KafkaProblemException(KafkaProblem problem, Exception? cause = null) : Exception(problem.Title, cause)
{
    public KafkaProblem Problem { get; } = problem;
}
