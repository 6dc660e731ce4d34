namespace KafkaConsume.Yarp.Configuration;

/// <summary>What a route's metadata says, or everything that is wrong with it.</summary>
/// <param name="Route">The route, or null where there are errors.</param>
/// <param name="Errors">What must be put right, each in one sentence that names the route and the key.</param>
/// <param name="Warnings">What works otherwise than its writer may think.</param>
internal sealed record RouteMetadataResult(KafkaRoute? Route, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings);
