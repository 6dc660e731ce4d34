using System.Net.Sockets;
using KafkaConsume.Yarp.Tests.Documentation;
using KafkaConsume.Yarp.Tests.Kafka;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>nginx before replicas of a gateway, configured as the documentation says, but for addresses and paths.</summary>
internal sealed class NginxProxy : IAsyncDisposable
{
    private const string Program = "/usr/sbin/nginx";

    private readonly WatchedProcess _process;
    private readonly string _folder;

    private NginxProxy(WatchedProcess process, string folder, Uri address) => (_process, _folder, Address) = (process, folder, address);

    public static bool IsInstalled => File.Exists(Program);

    public Uri Address { get; }

    /// <param name="path">The path of the route.</param>
    /// <param name="byCookie">Whether it goes by the cookie, or by the header.</param>
    /// <param name="one">The first replica.</param>
    /// <param name="two">The second replica.</param>
    public static async Task<NginxProxy> StartAsync(string path, bool byCookie, Uri one, Uri two)
    {
        var address = new Uri($"http://127.0.0.1:{FreePorts.Next()}");
        var recipe = Example.In(Repository.Read("docs/delivery.md")).Single(example => example.Language == "nginx").Text
            .Replace("10.0.0.1:8080", one.Authority, StringComparison.Ordinal)
            .Replace("10.0.0.2:8080", two.Authority, StringComparison.Ordinal)
            .Replace("listen 80;", $"listen {address.Authority};", StringComparison.Ordinal)
            .Replace("location /orders ", $"location {path} ", StringComparison.Ordinal);
        if (!byCookie)
        {
            recipe = recipe.Replace("$cookie_orders_owner", "$http_kafkaconsume_owner", StringComparison.Ordinal);
        }

        var folder = Directory.CreateTempSubdirectory("kafka-consume-nginx-").FullName;
        var configuration = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration, Around(folder, recipe), TestContext.Current.CancellationToken);
        var proxy = new NginxProxy(WatchedProcess.Start(folder, [Program, "-e", "stderr", "-p", folder, "-c", configuration]), folder, address);
        await Eventually.UntilAsync(proxy.IsListeningAsync, "nginx listens");
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.TerminateAsync();
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Around(string folder, string recipe) =>
        $$"""
        daemon off;
        master_process off;
        pid {{folder}}/pid;
        events { }
        http {
            access_log off;
            client_body_temp_path {{folder}}/body;
            proxy_temp_path {{folder}}/proxy;
            fastcgi_temp_path {{folder}}/fastcgi;
            uwsgi_temp_path {{folder}}/uwsgi;
            scgi_temp_path {{folder}}/scgi;
        {{recipe}}
        }
        """;

    private async Task<bool> IsListeningAsync()
    {
        _process.HasExited.Should().BeFalse(_process.Output);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(Address.Host, Address.Port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
