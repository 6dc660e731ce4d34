using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace KafkaConsume.Yarp.Transports;

/// <summary>Stands between the framework's handshake and the server, for HTTP/1.1 upgrades and HTTP/2's extended CONNECT, and keeps hold of the stream.</summary>
internal sealed class FrameStreamFeature(IHttpUpgradeFeature? upgrade, IHttpExtendedConnectFeature? connect, TimeProvider time)
    : IHttpUpgradeFeature, IHttpExtendedConnectFeature
{
    /// <summary>Gets the stream, once the handshake is done.</summary>
    public FrameStream? Stream { get; private set; }

    public bool IsUpgradableRequest => upgrade?.IsUpgradableRequest ?? false;

    public bool IsExtendedConnect => connect?.IsExtendedConnect ?? false;

    public string? Protocol => connect?.Protocol;

    /// <summary>Puts itself in the place of the server's features, and makes the framework look at them anew.</summary>
    public static FrameStreamFeature Install(HttpContext context, TimeProvider time)
    {
        var features = context.Features;
        var feature = new FrameStreamFeature(features.Get<IHttpUpgradeFeature>(), features.Get<IHttpExtendedConnectFeature>(), time);
        features.Set<IHttpUpgradeFeature>(feature);
        features.Set<IHttpExtendedConnectFeature>(feature);
        features.Set<IHttpWebSocketFeature>(null);
        return feature;
    }

    public async Task<Stream> UpgradeAsync() => Stream = new FrameStream(await upgrade!.UpgradeAsync(), time);

    public async ValueTask<Stream> AcceptAsync() => Stream = new FrameStream(await connect!.AcceptAsync(), time);
}
