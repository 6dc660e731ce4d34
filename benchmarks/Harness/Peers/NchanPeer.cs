using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Harness.Kafka;
using KafkaConsume.Yarp.Tests.Kafka;

namespace Harness.Peers;

/// <summary>
/// nginx with nchan, one worker: it has no Kafka before it, the producer posts each record to it. Its configuration and all that it
/// writes lie in a folder of its own.
/// </summary>
internal sealed class NchanPeer : Peer
{
    public const string Name = "nchan";

    private const string Program = "/usr/sbin/nginx";
    private const string Module = "/usr/lib/nginx/modules/ngx_nchan_module.so";

    // nginx does not end with its input. So a shell becomes nginx, and leaves somebody behind who waits for the end of the input.
    private const string Watch =
        """
        exec 3<&0
        ( IFS= read -r line <&3; kill -9 $$; rm -rf -- "$0" ) >/dev/null 2>&1 &
        exec "$@" </dev/null 3<&- 2>"$0/errors"
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private NchanPeer(BenchOptions options, string folder, int port)
        : base(new ChildProcess(
            options.ServerCores, "/bin/sh", "-c", Watch, folder, Program, "-e", "stderr", "-p", folder, "-c", Path.Combine(folder, "nginx.conf"))) =>
        Port = port;

    public override int Port { get; }

    public override string Feed => string.Create(CultureInfo.InvariantCulture, $"{RecordProducer.PostPrefix}{Port}");

    public static NchanPeer Start(BenchOptions options)
    {
        if (!File.Exists(Program) || !File.Exists(Module))
        {
            throw new UnavailableException("not installed (nginx, libnginx-mod-nchan)");
        }

        var folder = Directory.CreateTempSubdirectory("kafka-consume-nginx-").FullName;
        var port = FreePorts.Next();
        File.WriteAllText(Path.Combine(folder, "nginx.conf"), Configuration(folder, port));
        var peer = new NchanPeer(options, folder, port);
        try
        {
            peer.AwaitStart(Path.Combine(folder, "errors"));
            return peer;
        }
        catch
        {
            peer.Dispose();
            throw;
        }
    }

    private static string Configuration(string folder, int port) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        daemon off;
        master_process off;
        worker_rlimit_nofile 20000;
        pid {{folder}}/pid;
        load_module {{Module}};
        events { worker_connections 16384; }
        http {
          access_log off;
          client_body_temp_path {{folder}}/body;
          proxy_temp_path {{folder}}/proxy;
          fastcgi_temp_path {{folder}}/fastcgi;
          uwsgi_temp_path {{folder}}/uwsgi;
          scgi_temp_path {{folder}}/scgi;
          keepalive_requests 1000000000;
          nchan_shared_memory_size 128M;
          server {
            listen 127.0.0.1:{{port}} backlog=4096;
            location = /publish {
              nchan_publisher;
              nchan_channel_id records;
              nchan_message_buffer_length 1000;
            }
            location = /stream {
              nchan_subscriber eventsource websocket;
              nchan_channel_id records;
              nchan_subscriber_first_message newest;
            }
          }
        }
        """);

    private void AwaitStart(string errors)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Connect(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException) when (!patience.IsCancellationRequested && !HasExited)
            {
                Thread.Sleep(20);
            }
            catch (SocketException failure)
            {
                throw new InvalidOperationException($"nginx did not start: {File.ReadLines(errors).FirstOrDefault()}", failure);
            }
        }
    }
}
