namespace KafkaConsume.Yarp.Configuration;

/// <summary>What came out for a route at one state of the configuration.</summary>
/// <param name="Version">The state.</param>
/// <param name="Connection">The connection, the one of before where there are errors now, or null.</param>
/// <param name="Errors">What is wrong now.</param>
internal sealed record ConnectionResolution(int Version, KafkaConnection? Connection, IReadOnlyList<string> Errors);
