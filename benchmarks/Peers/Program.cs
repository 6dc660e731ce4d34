using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Peers;
using Peers.Bare;
using Peers.ByHand;
using Peers.Ceiling;

var options = PeerOptions.Parse(args);
switch (options.Peer)
{
    case "loop":
        var loop = new LibrdkafkaLoop(options);
        loop.Start();
        PeerControl.Run(port: 0, _ => loop.Count);
        return;
    case "consumer":
        var consumer = new LoneConsumer(options);
        consumer.Start();
        PeerControl.Run(port: 0, question => question == "count" ? consumer.Count : consumer.TakeLatencies());
        return;
}

await using var app = options.Peer switch
{
    "library" => LibraryPeer.Create(options),
    "ceiling" => CeilingPeer.Create(options),
    "yarp" => YarpPeer.Create(options),
    "by hand" => ByHandPeer.Create(options),
    _ => throw new InvalidOperationException($"There is no peer '{options.Peer}'."),
};
await app.StartAsync();
var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
PeerControl.Run(new Uri(addresses.Single()).Port);
await app.StopAsync();
