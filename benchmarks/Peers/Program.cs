using Peers;
using Peers.Ceiling;

var options = PeerOptions.Parse(args);
await using var app = options.Peer switch
{
    "library" => LibraryPeer.Create(options),
    "ceiling" => CeilingPeer.Create(options),
    _ => throw new InvalidOperationException($"There is no peer '{options.Peer}'."),
};
await app.StartAsync();
PeerControl.Run(app);
await app.StopAsync();
