namespace KafkaConsume.Yarp.Configuration;

/// <summary>
/// Finds routes whose dead letters come back to them by way of other routes: what nobody can work on would go round for ever. Topics are
/// compared by name within one set of brokers, whatever the connections are called.
/// </summary>
internal static class DeadLetterCycles
{
    /// <summary>Looks at all routes together.</summary>
    /// <param name="routes">Valid routes, with the brokers that they read from.</param>
    /// <returns>An error for each circle, by the id of the route that is to report it.</returns>
    public static ILookup<string, string> Find(IEnumerable<(KafkaRoute Route, string Brokers)> routes)
    {
        (KafkaRoute Route, string Brokers)[] senders = [.. routes
            .Where(sender => sender.Route.Options is { EnableDlq: true, DlqTopic: not null })
            .OrderBy(sender => sender.Route.RouteId, StringComparer.Ordinal)];
        var readers = senders
            .SelectMany(sender => sender.Route.Topics.Select(topic => (Place: (sender.Brokers, Topic: topic), sender.Route)))
            .ToLookup(reader => reader.Place, reader => reader.Route);
        var next = senders.ToDictionary(sender => sender.Route, sender => readers[(sender.Brokers, sender.Route.Options.DlqTopic!)].ToArray());
        Dictionary<string, KafkaRoute[]> circles = new(StringComparer.Ordinal);
        foreach (var (route, _) in senders)
        {
            if (ShortestFrom(route, next) is { Length: > 1 } circle)
            {
                circles.TryAdd(string.Join('\n', circle.Select(member => member.RouteId).Order(StringComparer.Ordinal)), circle);
            }
        }

        return circles.Values.ToLookup(circle => circle[0].RouteId, Describe, StringComparer.Ordinal);
    }

    private static KafkaRoute[]? ShortestFrom(KafkaRoute start, Dictionary<KafkaRoute, KafkaRoute[]> next)
    {
        Dictionary<KafkaRoute, KafkaRoute> cameFrom = [];
        Queue<KafkaRoute> reached = new([start]);
        while (reached.TryDequeue(out var route))
        {
            foreach (var other in next[route])
            {
                if (ReferenceEquals(other, start))
                {
                    return Back(route);
                }

                if (cameFrom.TryAdd(other, route))
                {
                    reached.Enqueue(other);
                }
            }
        }

        return null;

        KafkaRoute[] Back(KafkaRoute last)
        {
            List<KafkaRoute> path = [last];
            while (!ReferenceEquals(path[^1], start))
            {
                path.Add(cameFrom[path[^1]]);
            }

            path.Reverse();
            return [.. path];
        }
    }

    private static string Describe(KafkaRoute[] circle)
    {
        var ways = circle.Select((route, index) =>
            $"{Shown.Quoted(route.Options.DlqTopic!)} goes to route {Shown.Quoted(circle[(index + 1) % circle.Length].RouteId)}");
        return $"Route {Shown.Quoted(circle[0].RouteId)}: dead letters would go round for ever: {string.Join(", ", ways)}. "
            + $"Give one of these routes another {KafkaConsumeMetadata.DlqTopic}, one that none of them reads.";
    }
}
