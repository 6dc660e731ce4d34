using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tailing;
using KafkaConsume.Yarp.Transports;
using Yarp.ReverseProxy.Configuration;

namespace KafkaConsume.Yarp.Wiring;

/// <summary>The Kafka routes that are in force, and the streams that are to end when a reload has changed or removed one.</summary>
internal sealed class RouteTable(GroupConsumerCatalog groups, StreamSweeper streams)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (RouteConfig Config, RouteLifetime Lifetime)> _routes = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<RouteLifetime> _replaced = [];

    /// <summary>Takes a route that YARP builds. One that is built again unchanged keeps its streams.</summary>
    public RouteLifetime Enter(RouteConfig route, KafkaRoute parsed)
    {
        lock (_gate)
        {
            if (_routes.TryGetValue(route.RouteId, out var known))
            {
                if (known.Config.Equals(route))
                {
                    return known.Lifetime;
                }

                _replaced.Add(known.Lifetime);
            }

            var lifetime = new RouteLifetime(parsed);
            _routes[route.RouteId] = (route, lifetime);
            return lifetime;
        }
    }

    /// <summary>Takes note of a route that is not answered from Kafka, or no longer.</summary>
    public void Leave(string routeId)
    {
        lock (_gate)
        {
            if (_routes.Remove(routeId, out var known))
            {
                _replaced.Add(known.Lifetime);
            }
        }
    }

    /// <summary>Ends the streams of routes that are no longer what they were, now that new requests go to the new ones.</summary>
    public void KeepOnly(IReadOnlySet<string> routeIds)
    {
        RouteLifetime[] ended;
        lock (_gate)
        {
            foreach (var (id, known) in _routes)
            {
                if (!routeIds.Contains(id))
                {
                    _replaced.Add(known.Lifetime);
                    _routes.Remove(id);
                }
            }

            ended = [.. _replaced];
            _replaced.Clear();
        }

        foreach (var lifetime in ended)
        {
            lifetime.Dispose();
            _ = groups.RetireAsync(lifetime.Route);
        }

        streams.Sweep();
    }
}
