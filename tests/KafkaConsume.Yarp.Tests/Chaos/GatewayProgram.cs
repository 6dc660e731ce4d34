using System.Text.Json;
using KafkaConsume.Yarp.Tests.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>A gateway as a process of its own, which can be killed: the test program with other arguments.</summary>
internal static class GatewayProgram
{
    public const string Command = "chaos-gateway";

    /// <summary>Gets the program and its arguments.</summary>
    /// <param name="options">What the gateway is like.</param>
    /// <param name="name">What it is called in the history.</param>
    /// <param name="notesPort">The port of its <see cref="NoteReader"/>.</param>
    public static string[] CommandLine(ChaosGatewayOptions options, string name, int notesPort) =>
    [
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", "exec", typeof(GatewayProgram).Assembly.Location,
        Command, JsonSerializer.Serialize(options), name, $"{notesPort}",
    ];

    /// <summary>Runs until it is told to end.</summary>
    public static async Task<int> RunAsync(string json, string name, int notesPort)
    {
        using var notes = new NoteWriter(notesPort);
        using var history = new HistoryLogger(seen => notes.Write(HistoryLine.Of(seen)), name);
        var options = JsonSerializer.Deserialize<ChaosGatewayOptions>(json)!.ToGateway(history, LogLevel.Information);
        await using var gateway = await Gateway.StartAsync(options with
        {
            Services = services =>
            {
                options.Services(services);
                services.AddLogging(logging => logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Yarp", LogLevel.Warning)
                    .AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss.fff ")));
            },
        });
        notes.Write(NoteReader.Listening(gateway.Address));
        await gateway.WaitForShutdownAsync();
        return 0;
    }
}
