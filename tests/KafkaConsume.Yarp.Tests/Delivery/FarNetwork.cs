using System.Diagnostics;
using System.Net;
using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Delivery;

/// <summary>A network of its own behind a cable that can be cut: Linux alone, and with the rights to make one.</summary>
internal sealed class FarNetwork : IAsyncDisposable
{
    private readonly string _name;
    private readonly string _address;

    private FarNetwork(string name, int number)
    {
        _name = name;
        Here = IPAddress.Parse($"10.213.{number}.1");
        _address = $"10.213.{number}.2";
    }

    /// <summary>Gets this machine's address as the far network sees it.</summary>
    public IPAddress Here { get; }

    private string Near => _name + "-n";

    private string Far => _name + "-f";

    /// <summary>Makes the network; skips the test where that is not possible.</summary>
    public static async Task<FarNetwork> CreateAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/bin/bash"), "needs network namespaces, and bash for a client in one");
        var network = new FarNetwork($"kc{Environment.ProcessId % 100_000}", Random.Shared.Next(1, 255));
        var made = await RunAsync("netns", "add", network._name);
        if (made != 0)
        {
            Assert.Skip("may not make a network namespace (iproute2 and root)");
        }

        string[] steps =
        [
            $"link add {network.Near} type veth peer name {network.Far} netns {network._name}",
            $"addr add {network.Here}/30 dev {network.Near}",
            $"link set {network.Near} up",
            $"-n {network._name} addr add {network._address}/30 dev {network.Far}",
            $"-n {network._name} link set {network.Far} up",
        ];
        foreach (var step in steps)
        {
            if (await RunAsync(step.Split(' ')) != 0)
            {
                await network.DisposeAsync();
                Assert.Skip($"ip {step} is not possible here");
            }
        }

        return network;
    }

    /// <summary>Sends a GET from the far network; the client writes what it gets to its output.</summary>
    public WatchedProcess Ask(Uri address, string path, string headers) => WatchedProcess.Start(
        Path.Combine(Path.GetTempPath(), _name),
        [
            "ip", "netns", "exec", _name, "/bin/bash", "-c",
            """exec 3<>"/dev/tcp/$0/$1"; printf 'GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n\r\n' "$2" "$0" "$3" >&3; exec cat <&3""",
            address.Host, $"{address.Port}", path, headers,
        ]);

    /// <summary>Cuts the cable: nothing gets through any more, and nobody is told.</summary>
    public Task CutAsync() => RunAsync("-n", _name, "link", "set", Far, "down");

    public async ValueTask DisposeAsync()
    {
        await RunAsync("link", "del", Near);
        await RunAsync("netns", "del", _name);
    }

    private static async Task<int> RunAsync(params string[] arguments)
    {
        try
        {
            using var ip = Process.Start(new ProcessStartInfo("ip", arguments)
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            await ip.WaitForExitAsync(TestContext.Current.CancellationToken);
            return ip.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
