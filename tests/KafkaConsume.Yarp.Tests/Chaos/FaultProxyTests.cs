using System.Net;
using System.Net.Sockets;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>Faults that do not happen prove nothing: each is seen here from both ends.</summary>
public sealed class FaultProxyTests : IDisposable
{
    private const int Count = 200_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(200);

    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private readonly byte[] _bytes = new byte[Count];

    public FaultProxyTests()
    {
        new Random(1).NextBytes(_bytes);
        _server.Start();
    }

    [Theory]
    [InlineData(int.MaxValue, 0)]
    [InlineData(7_001, 1)]
    [InlineData(16_000, 5)]
    public async Task RelayAsync_SlicesAndLatency_LoseNothing(int slice, int latency)
    {
        await using var proxy = Start(new ConnectionFaults { Slice = slice, Latency = TimeSpan.FromMilliseconds(latency) });
        var (client, server) = await ConnectAsync(proxy);

        (await ExchangeAsync(client, server)).Should().Equal(_bytes);
        (await ExchangeAsync(server, client)).Should().Equal(_bytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RelayAsync_ResetAtAByte_EndsBothSidesThere(bool isUpstream)
    {
        await using var proxy = Start(new ConnectionFaults { FailsAfter = 54_321, FailsUpstream = isUpstream });
        var (client, server) = await ConnectAsync(proxy);
        var (from, to) = isUpstream ? (client, server) : (server, client);

        var read = ReadAsync(to, Count);
        await WriteAsync(from);

        var (bytes, isReset) = await read.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        bytes.Should().Equal(_bytes[..54_321]);
        isReset.Should().BeTrue();
        (await ReadAsync(from, 1).WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken)).IsReset.Should().BeTrue();
    }

    [Fact]
    public async Task RelayAsync_BlackHole_IsSilentAndThenReset()
    {
        await using var proxy = Start(new ConnectionFaults { FailsAfter = 1_000, FailsUpstream = true, Hole = TimeSpan.FromSeconds(1) });
        var (client, server) = await ConnectAsync(proxy);

        var read = ReadAsync(server, Count);
        await WriteAsync(client);

        await Silent(read);
        var (bytes, isReset) = await read.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        bytes.Should().Equal(_bytes[..1_000]);
        isReset.Should().BeTrue();
    }

    [Fact]
    public async Task Close_UntilOpen_LetsNothingThroughAndThenEverything()
    {
        await using var proxy = Start(new ConnectionFaults());
        var (client, server) = await ConnectAsync(proxy);
        proxy.Close();

        var read = ReadAsync(server, Count);
        var writing = WriteAsync(client);
        await Silent(read);
        proxy.Open();

        (await read.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken)).Bytes.Should().Equal(_bytes);
        await writing;
    }

    [Fact]
    public async Task Cut_OpenConnection_ResetsBothSides()
    {
        await using var proxy = Start(new ConnectionFaults());
        var (client, server) = await ConnectAsync(proxy);

        proxy.Cut();

        (await ReadAsync(client, 1).WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken)).IsReset.Should().BeTrue();
        (await ReadAsync(server, 1).WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken)).IsReset.Should().BeTrue();
    }

    public void Dispose() => _server.Dispose();

    private static async Task Silent(Task task) =>
        (await Task.WhenAny(task, Task.Delay(Silence, TimeProvider.System))).Should().NotBe(task, "nothing gets through");

    private static async Task<(byte[] Bytes, bool IsReset)> ReadAsync(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            try
            {
                var more = await socket.ReceiveAsync(bytes.AsMemory(read));
                if (more == 0)
                {
                    return (bytes[..read], false);
                }

                read += more;
            }
            catch (SocketException)
            {
                return (bytes[..read], true);
            }
        }

        return (bytes, false);
    }

    private FaultProxy Start(ConnectionFaults faults) => FaultProxy.Start(((IPEndPoint)_server.LocalEndpoint).Port, () => faults);

    private async Task<(Socket Client, Socket Server)> ConnectAsync(FaultProxy proxy)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port, TestContext.Current.CancellationToken);
        return (client, await _server.AcceptSocketAsync(TestContext.Current.CancellationToken));
    }

    private async Task<byte[]> ExchangeAsync(Socket from, Socket to)
    {
        var read = ReadAsync(to, Count);
        await WriteAsync(from);
        return (await read.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken)).Bytes;
    }

    private async Task WriteAsync(Socket to)
    {
        try
        {
            for (var sent = 0; sent < Count;)
            {
                sent += await to.SendAsync(_bytes.AsMemory(sent));
            }
        }
        catch (SocketException)
        {
            // The connection fails before the end.
        }
    }
}
