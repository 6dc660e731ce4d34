using Yarp.ReverseProxy.Configuration;

namespace KafkaConsume.Yarp.Wiring;

/// <summary>Hears of configurations that YARP is about to validate, and of those that it has applied. A configuration that was refused changes nothing.</summary>
internal sealed class RouteChangeListener(RouteTable routes, RouteCircles circles) : IConfigChangeListener
{
    public void ConfigurationLoaded(IReadOnlyList<IProxyConfig> proxyConfigs) => circles.Look(proxyConfigs.SelectMany(config => config.Routes));

    public void ConfigurationLoadingFailed(IProxyConfigProvider configProvider, Exception exception)
    {
    }

    public void ConfigurationApplied(IReadOnlyList<IProxyConfig> proxyConfigs) => routes.KeepOnly(proxyConfigs
        .SelectMany(config => config.Routes)
        .Select(route => route.RouteId)
        .ToHashSet(StringComparer.OrdinalIgnoreCase));

    public void ConfigurationApplyingFailed(IReadOnlyList<IProxyConfig> proxyConfigs, Exception exception)
    {
    }
}
