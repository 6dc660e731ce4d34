namespace Gateway.Tests;

[Collection<SampleCollection>]
public sealed class StartTests
{
    [Fact]
    public async Task Start_WithoutAnyKafka_SaysWhatToDo()
    {
        await using var gateway = GatewayProcess.Launch(port: 0);

        (await gateway.WaitForExitAsync()).Should().NotBe(0);

        gateway.Output.Should().Contain("--embedded").And.Contain("ConnectionStrings__kafka");
    }

    [Fact]
    public async Task Stop_WithAStreamOpen_EndsItAndTheProcess()
    {
        await using var gateway = await GatewayProcess.StartAsync(port: 0, "--embedded");
        using var client = new HttpClient { BaseAddress = gateway.Address, Timeout = Patience.Duration };
        await using var stream = await client.GetStreamAsync("/orders/sse", TestContext.Current.CancellationToken);

        var exit = gateway.StopAsync();
        using var reader = new StreamReader(stream);
        await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        (await exit).Should().Be(0);
        gateway.Output.Should().NotContain("fail:").And.NotContain("crit:");
    }
}
