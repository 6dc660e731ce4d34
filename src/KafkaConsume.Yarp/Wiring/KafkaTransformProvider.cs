using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Transports;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Transforms.Builder;

namespace KafkaConsume.Yarp.Wiring;

/// <summary>
/// Where YARP meets Kafka: metadata is checked when YARP validates, all routes together, and turned into an endpoint when YARP builds the
/// route. Building must not throw, because other routes have been swapped by then.
/// </summary>
internal sealed partial class KafkaTransformProvider(
    TransportServices services, RouteTable routes, RouteCircles circles, ILogger<KafkaTransformProvider> logger) : ITransformProvider
{
    public void ValidateRoute(TransformRouteValidationContext context)
    {
        if (!RouteMetadata.IsKafkaRoute(context.Route.Metadata))
        {
            return;
        }

        var parsed = RouteMetadataParser.Parse(context.Route.RouteId, context.Route.Metadata);
        var errors = parsed.Errors.ToList();
        if (parsed.Route is { } route)
        {
            services.Connections.Resolve(route, errors);
        }

        errors.AddRange(circles.ErrorsOf(context.Route.RouteId));
        foreach (var error in errors)
        {
            context.Errors.Add(new InvalidOperationException(error));
        }
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        if (!RouteMetadata.IsKafkaRoute(context.Route.Metadata))
        {
            routes.Leave(context.Route.RouteId);
            return;
        }

        var parsed = RouteMetadataParser.Parse(context.Route.RouteId, context.Route.Metadata);
        foreach (var warning in parsed.Warnings)
        {
            Log.Warning(logger, warning);
        }

        if (parsed.Route is { } route)
        {
            var endpoint = new KafkaRouteEndpoint(services, routes.Enter(context.Route, route));

            // First, so that no other transform does work for a request that is never sent.
            context.RequestTransforms.Insert(0, new KafkaRequestTransform(endpoint));
            context.CopyRequestHeaders = false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Warning}", EventName = nameof(Warning))]
        public static partial void Warning(ILogger logger, string warning);
    }
}
