using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Formatting;
using KafkaConsume.Yarp.Leasing;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>Answers a <c>GET</c> with records of which each goes to one client of the group.</summary>
internal sealed class GroupGetTransport(TransportServices services, RouteLifetime lifetime)
{
    private readonly KafkaRoute _route = lifetime.Route;
    private readonly FramingSpec _framing = new(FramingKind.Json, lifetime.Route.Options.MessageDeserializer, lifetime.Route.Options.Format);

    public async Task HandleAsync(HttpContext context, KafkaConnection connection)
    {
        var query = BatchQuery.Parse(context.Request, _route);
        using var body = BatchBody.For(context.Request);
        if (body is null)
        {
            await MethodRules.RefuseFormatAsync(context, _route, "application/json and application/x-ndjson");
            return;
        }

        using var lease = services.Groups.Acquire(_route, connection, services.UserGroups.Of(_route, context));
        var user = CallerIdentity.Of(context);
        AcknowledgeLast(context.Request, lease.Consumer, user);
        var batch = await TakeAsync(context, lease.Consumer, query, user);
        try
        {
            Format(batch, body, query);
            if (batch.Id.Length > 0)
            {
                context.Response.Headers["KafkaConsume-Batch"] = batch.Id;
            }

            if (_route.TakesAcks && batch.Records.Count > 0)
            {
                services.Owner.Sign(context);
            }

            if (context.RequestAborted.IsCancellationRequested)
            {
                return;
            }

            batch.Begin();
            if (await body.SendAsync(context, query))
            {
                batch.Complete();
            }
        }
        finally
        {
            batch.Return();
        }
    }

    /// <summary>Settles the batch that the client names. Nothing is handed out to a client whose batch is not its any more: it has to know first.</summary>
    private void AcknowledgeLast(HttpRequest request, GroupConsumer consumer, string? user)
    {
        if (_route.Options.CommitStrategy == KafkaCommitStrategy.ClientAcks
            && QueryValue.Single(request, "ack") is { } id
            && consumer.Apply(new AckMessage(AckKind.Ack) { Batch = id }, user).Problem is { } problem)
        {
            throw new KafkaProblemException(services.Owner.Place(problem, id, request));
        }
    }

    private async ValueTask<RecordBatch> TakeAsync(HttpContext context, GroupConsumer consumer, BatchQuery query, string? user)
    {
        // What can end the waiting is not cheap to listen to, and a request that finds records does not wait.
        var batch = await consumer.TakeAsync(query.MaxRecords, query.MaxBytes, TimeSpan.Zero, user, context.RequestAborted);
        if (batch.Records.Count > 0 || query.Wait == TimeSpan.Zero)
        {
            return batch;
        }

        using var scope = new StreamScope(context, services, lifetime);
        return await consumer.TakeAsync(query.MaxRecords, query.MaxBytes, query.Wait, user, scope.Ended);
    }

    private RecordView View(RecordBatch batch, int index) =>
        batch.Records[index].View(_route.Options.CommitStrategy == KafkaCommitStrategy.ClientAcks ? batch.AttemptOf(index) : 0);

    private void Format(RecordBatch batch, BatchBody body, BatchQuery query)
    {
        using var framing = _framing.Create();
        using var record = new PooledBuffer();
        for (var index = 0; index < batch.Records.Count; index++)
        {
            record.Clear();
            framing.WriteRecord(record, View(batch, index), default);
            if (body.Count > 0 && body.Length + record.Length > query.MaxBytes)
            {
                batch.ReturnFrom(index);
                return;
            }

            body.Add(record.WrittenSpan);
        }
    }
}
