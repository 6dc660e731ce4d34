namespace Gateway.Tests;

/// <summary>
/// All tests of the sample: one browser and one gateway for most of them, and one test at a time, for each has a web server, a Kafka
/// or a page at work.
/// </summary>
[CollectionDefinition]
public sealed class SampleCollection : ICollectionFixture<ChromiumFixture>, ICollectionFixture<EmbeddedGatewayFixture>;
