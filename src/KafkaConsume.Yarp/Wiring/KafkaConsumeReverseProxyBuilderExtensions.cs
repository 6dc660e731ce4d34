using KafkaConsume.Yarp;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tailing;
using KafkaConsume.Yarp.Transports;
using KafkaConsume.Yarp.Wiring;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Yarp.ReverseProxy.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Kafka routes to YARP.</summary>
public static class KafkaConsumeReverseProxyBuilderExtensions
{
    /// <summary>
    /// Answers routes that have <c>KafkaConsume.*</c> metadata from Kafka. Such a route needs no cluster. Errors in the metadata of
    /// all routes are reported together when YARP loads them: at start the application fails, at a reload YARP keeps what it has.
    /// </summary>
    /// <param name="builder">YARP's builder.</param>
    /// <param name="configure">Sets what is true for the whole gateway, after the section <c>KafkaConsume</c> has.</param>
    /// <returns>The builder.</returns>
    public static IReverseProxyBuilder AddKafkaConsume(this IReverseProxyBuilder builder, Action<KafkaConsumeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddKafkaConsumeConfiguration();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        if (services.Any(service => service.ServiceType == typeof(RouteTable)))
        {
            return builder;
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<KafkaClusterCatalog>();
        services.AddSingleton<TailCatalog>();
        services.AddSingleton<ReplicaIdentity>();
        services.AddSingleton<DeadLetterProducerCatalog>();
        services.AddSingleton<GroupConsumerCatalog>();
        services.AddSingleton<StreamSweeper>();
        services.AddSingleton<TransportServices>();
        services.AddSingleton<RouteTable>();
        services.AddSingleton<RouteCircles>();
        services.AddSingleton<IProxyConfigProvider, PlaceholderCluster>();
        services.AddSingleton<IConfigChangeListener, RouteChangeListener>();
        services.AddHostedService<ConsumerShutdown>();
        services.PostConfigure<OutputCacheOptions>(options => options.AddBasePolicy(new OutputCacheExemption()));
        builder.AddConfigFilter<PlaceholderClusterFilter>();
        builder.AddTransforms<KafkaTransformProvider>();
        return builder;
    }
}
