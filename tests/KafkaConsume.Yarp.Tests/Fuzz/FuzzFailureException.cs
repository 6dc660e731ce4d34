namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>An input did what no input may.</summary>
internal sealed class FuzzFailureException(string message) : Exception(message)
{
    public static void ThrowUnless(bool condition, string message)
    {
        if (!condition)
        {
            throw new FuzzFailureException(message);
        }
    }
}
