using System.Globalization;
using KafkaConsume.Yarp.Tests.Kafka;

namespace Harness.Kafka;

/// <summary>Apache Kafka, one broker as the tests start theirs, with a second address that leads over a relay.</summary>
internal sealed class RealBroker : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly string _folder;
    private readonly KafkaBroker _broker;

    private RealBroker(string? cores)
    {
        _folder = Directory.CreateTempSubdirectory("kafka-consume-bench-").FullName;
        try
        {
            var (port, controller, relayed) = (FreePorts.Next(), FreePorts.Next(), FreePorts.Next());
            Relay = new ByteRelay(relayed);
            var files = KafkaBrokerFiles.WriteAsync(_folder, nodeId: 1, port, [controller], more: "").GetAwaiter().GetResult();

            // The last line for a property counts.
            File.AppendAllText(
                Path.Combine(_folder, "broker-1.properties"),
                string.Create(CultureInfo.InvariantCulture, $"""

                listeners=PLAINTEXT://127.0.0.1:{port},RELAYED://127.0.0.1:{relayed},CONTROLLER://127.0.0.1:{controller}
                advertised.listeners=PLAINTEXT://127.0.0.1:{port},RELAYED://127.0.0.1:{Relay.Port}
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,RELAYED:PLAINTEXT,CONTROLLER:PLAINTEXT
                inter.broker.listener.name=PLAINTEXT
                log.segment.delete.delay.ms=1000
                """));
            using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
            files.FormatAsync("a2Fma2EtYmVuY2htYXJrcw", patience.Token).GetAwaiter().GetResult();
            _broker = new KafkaBroker(files);
            _broker.StartAsync(patience.Token).GetAwaiter().GetResult();
            Control = new KafkaControl(cores, _broker.Address);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public KafkaControl Control { get; } = null!;

    /// <summary>Gets the way to the broker that counts bytes.</summary>
    public ByteRelay Relay { get; } = null!;

    public static RealBroker Start(BenchOptions options) =>
        options.KafkaHome is null ? throw new UnavailableException("not run: KAFKA_HOME is not set") : new RealBroker(options.OtherCores);

    /// <summary>Gets how many bytes a topic takes in the broker's log.</summary>
    public long BytesOf(string topic) =>
        Directory.EnumerateFiles(Path.Combine(_folder, "broker-1", $"{topic}-0"), "*.log").Sum(file => new FileInfo(file).Length);

    public void Dispose()
    {
        Control?.Dispose();
        _broker?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Relay?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
