namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>Results of what has nothing to wait for.</summary>
internal static class AtOnce
{
    public static T Get<T>(ValueTask<T> task) => Get(task.AsTask());

    public static T Get<T>(Task<T> task)
    {
        FuzzFailureException.ThrowUnless(task.IsCompleted, "Somebody is waited for.");
        return task.GetAwaiter().GetResult();
    }
}
