namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>A client that does everything that clients do, right and wrong, and notes all of it.</summary>
internal interface IChaosClient : IDisposable
{
    /// <summary>Works until the run is over.</summary>
    Task RunAsync();
}
