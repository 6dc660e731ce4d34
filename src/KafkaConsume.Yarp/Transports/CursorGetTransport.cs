using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;
using KafkaConsume.Yarp.Tailing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace KafkaConsume.Yarp.Transports;

/// <summary>Answers a <c>GET</c> with the records behind a cursor, and with the next cursor.</summary>
internal sealed class CursorGetTransport(TransportServices services, RouteLifetime lifetime)
{
    private readonly KafkaRoute _route = lifetime.Route;

    public async Task HandleAsync(HttpContext context, KafkaConnection connection)
    {
        var query = BatchQuery.Parse(context.Request, _route);
        var start = StreamQuery.Parse(context.Request, _route, services.Time.GetUtcNow());
        using var body = BatchBody.For(context.Request);
        if (body is null)
        {
            await MethodRules.RefuseFormatAsync(context, _route, "application/json and application/x-ndjson");
            return;
        }

        using var scope = new StreamScope(context, services, lifetime);
        using var subscription = await SubscribeAsync(connection, start, scope);
        var log = await GetLogAsync(subscription, scope);
        var place = await StartPositionResolver.ResolveAsync(start, log, subscription.Cluster);
        if (place.Gaps.Count > 0)
        {
            await RefuseGapAsync(context, log, place);
            return;
        }

        using var page = new CursorPage(body, query, subscription, log, scope, services);
        await page.FillAsync(place);
        context.RequestAborted.ThrowIfCancellationRequested();
        context.Response.Headers["KafkaConsume-Cursor"] = page.Cursor;
        if (page.IsLast && body.Count == 0)
        {
            ResponseRules.Empty(context);
            return;
        }

        if (!page.IsLast)
        {
            var end = start.Until is null ? null : CursorCodec.Encode(log.Map, place.Limits);
            context.Response.Headers.Link = $"<{NextUrl(context.Request, page.Cursor, end)}>; rel=\"next\"";
        }

        await body.SendAsync(context, query);
    }

    private async Task<TailSubscription> SubscribeAsync(KafkaConnection connection, StartRequest start, StreamScope scope)
    {
        var subscription = services.Tails.Subscribe(_route, connection);
        try
        {
            if (start.Cursor is null || await subscription.Source.IsCurrentAsync(await GetLogAsync(subscription, scope)))
            {
                return subscription;
            }
        }
        catch
        {
            subscription.Dispose();
            throw;
        }

        subscription.Dispose();
        return services.Tails.Subscribe(_route, connection);
    }

    private async Task<TailLog> GetLogAsync(TailSubscription subscription, StreamScope scope)
    {
        try
        {
            return (await subscription.Source.Ready.WaitAsync(services.Options.KafkaTimeout, services.Time, scope.Ended)).Get(FramingKind.Json);
        }
        catch (TimeoutException failure)
        {
            throw new KafkaProblemException(KafkaProblem.Unavailable(), failure);
        }
    }

    private Task RefuseGapAsync(HttpContext context, TailLog log, StartPosition place)
    {
        var problem = new KafkaProblem(StatusCodes.Status410Gone, "gap", "Kafka no longer has the records at this cursor.")
        {
            Detail = "'gaps' says what is missing; 'cursor' goes on behind it.",
        };
        var gaps = place.Gaps.Select(gap => new { topic = gap.Topic, partition = gap.Partition, requested = gap.Requested, available = gap.Available });
        return ProblemResponse.WriteAsync(
            context, _route, problem, ("gaps", gaps.ToArray()), ("cursor", CursorCodec.Encode(log.Map, place.Positions)));
    }

    /// <summary>Makes the address of the next page: this one, from the new cursor on, and to the same end: what is now for this page has passed for the next.</summary>
    private static string NextUrl(HttpRequest request, string cursor, string? end)
    {
        var query = new QueryBuilder(request.Query
            .Where(parameter => parameter.Key is not ("cursor" or "from" or "until"))
            .SelectMany(parameter => parameter.Value, (parameter, value) => KeyValuePair.Create(parameter.Key, value ?? "")))
        {
            { "cursor", cursor },
        };
        if (end is not null)
        {
            query.Add("until", end);
        }

        return request.PathBase.Add(request.Path).ToUriComponent() + query.ToQueryString().ToUriComponent();
    }
}
