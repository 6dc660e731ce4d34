using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>
/// The network between clients and a server on this machine, with faults of its own: latency, slices, resets at any byte, and black holes, in
/// both directions. Clients connect to the proxy's port instead of the server's.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<FaultyConnection, Task> _connections = new();
    private readonly Func<ConnectionFaults> _draw;
    private readonly Task _accepting;
    private volatile TaskCompletionSource? _hole;
    private volatile int _target;

    private FaultProxy(int target, Func<ConnectionFaults> draw)
    {
        _target = target;
        _draw = draw;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Gets where clients connect to.</summary>
    public int Port { get; }

    /// <summary>Gets or sets the server's port; 0 while there is none, and whoever connects is sent away.</summary>
    public int Target
    {
        get => _target;
        set => _target = value;
    }

    /// <summary>Starts a proxy.</summary>
    /// <param name="target">The server's port.</param>
    /// <param name="draw">Says what is wrong with the next connection.</param>
    public static FaultProxy Start(int target, Func<ConnectionFaults> draw) => new(target, draw);

    /// <summary>Resets all connections.</summary>
    public void Cut()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Reset();
        }
    }

    /// <summary>Lets nothing through until <see cref="Open"/>, when everything that is on its way arrives.</summary>
    public void Close() => _hole ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open()
    {
        var hole = _hole;
        _hole = null;
        hole?.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        Cut();
        Open();
        await Task.WhenAll(_connections.Values);
    }

    /// <summary>Waits while nothing gets through.</summary>
    internal Task PassAsync() => _hole?.Task ?? Task.CompletedTask;

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = new FaultyConnection(this, await _listener.AcceptSocketAsync(), _draw());
                _connections[connection] = RelayAsync(connection);
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The proxy is being disposed.
        }
    }

    private async Task RelayAsync(FaultyConnection connection)
    {
        await Task.Yield();
        using (connection)
        {
            await connection.RelayAsync(_target);
        }

        while (!_connections.TryRemove(connection, out _))
        {
            // It has ended before it was listed.
            await Task.Yield();
        }
    }
}
