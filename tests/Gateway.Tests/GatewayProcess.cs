using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.Tests;

/// <summary>The sample as its users run it: a process of its own.</summary>
internal sealed partial class GatewayProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private GatewayProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Gets what the process has written to its console so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Gets the address that the process listens on.</summary>
    public Uri Address => _address.Task.IsCompletedSuccessfully
        ? _address.Task.Result
        : throw new InvalidOperationException("The gateway has not started.");

    /// <summary>Gets the process's number.</summary>
    public int Id => _process.Id;

    /// <summary>Starts the sample and does not wait for anything.</summary>
    public static GatewayProcess Launch(int port, params string[] arguments) => Launch(port, [], arguments);

    private static GatewayProcess Launch(int port, (string Name, string Value)[] environment, string[] arguments)
    {
        var start = new ProcessStartInfo
        {
            FileName = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            WorkingDirectory = typeof(GatewayProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(metadata => metadata.Key == "SampleDirectory").Value,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        foreach (var argument in (string[])["exec", Path.Combine(AppContext.BaseDirectory, "Gateway.dll"), .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        start.Environment.Remove("ConnectionStrings__kafka");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new GatewayProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
    }

    /// <summary>Starts the sample and waits until it listens; port 0 is any free one.</summary>
    public static Task<GatewayProcess> StartAsync(int port, params string[] arguments) => StartAsync(Launch(port, arguments));

    /// <summary>Starts the sample so that it gives memory back early: what it uses is about what it holds.</summary>
    public static Task<GatewayProcess> StartFrugalAsync(params string[] arguments) => StartAsync(Launch(
        port: 0,
        [("DOTNET_gcServer", "0"), ("DOTNET_GCgen0size", "400000"), ("DOTNET_GCConserveMemory", "7"), ("MALLOC_ARENA_MAX", "2")],
        arguments));

    private static async Task<GatewayProcess> StartAsync(GatewayProcess gateway)
    {
        try
        {
            var ended = gateway._process.WaitForExitAsync();
            await Task.WhenAny(gateway._address.Task, ended).WaitAsync(Patience.Duration);
            return gateway._address.Task.IsCompletedSuccessfully
                ? gateway
                : throw new InvalidOperationException($"The gateway ended before it listened:\n{gateway.Output}");
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the process as a crash would.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await WaitForExitAsync();
    }

    /// <summary>Asks the process to end, as Ctrl+C and service managers do.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        return await WaitForExitAsync();
    }

    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience.Duration);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    [GeneratedRegex("Now listening on: (?<address>http://[^ ]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Listening { get; }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (Listening.Match(line) is { Success: true } match)
        {
            _address.TrySetResult(new Uri(match.Groups["address"].Value));
        }
    }
}
