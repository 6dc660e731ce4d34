namespace Gateway.Tests;

/// <summary>The sample on its embedded cluster, as <c>eng/demo.sh</c> starts it.</summary>
public sealed class EmbeddedGatewayFixture : IAsyncLifetime
{
    private GatewayProcess? _gateway;

    public Uri Address => _gateway!.Address;

    public async ValueTask InitializeAsync() => _gateway = await GatewayProcess.StartAsync(port: 0, "--embedded");

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }
    }
}
