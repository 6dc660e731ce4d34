using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Peers;

/// <summary>
/// How the harness talks to a peer: a line in, a line out. The peer ends with its input, so that none outlives the harness.
/// </summary>
internal static class PeerControl
{
    public static void Run(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Console.Out.WriteLine($"ready {new Uri(addresses.Single()).Port}");
        while (Console.In.ReadLine() is { } line)
        {
            if (line == "collect")
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
            }

            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{GC.GetTotalAllocatedBytes(precise: true)} {GC.GetTotalMemory(forceFullCollection: false)} {GC.CollectionCount(0)}"));
        }
    }
}
