using System.Text;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tailing;
using KafkaConsume.Yarp.Transports;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>The query and the headers of a <c>GET</c>, of a group and of broadcast, up to where Kafka would be asked.</summary>
internal sealed class QueryTarget : IFuzzTarget
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 0, 0, 0, TimeSpan.Zero);

    private readonly Worlds _worlds = new();
    private readonly BatchOwner _owner = AckRoutes.CreateOwner();
    private AckWorld _world = null!;
    private AckSpeaker _speaker = null!;
    private PartitionMap _map = null!;
    private KafkaRoute _route = null!;

    public string Name => "queries";

    public long FixedBytes => 64 * 1024;

    public long BytesPerByte => 256;

    public byte[] Generate(FuzzRandom random)
    {
        _world = _worlds.Get(KafkaCommitStrategy.ClientAcks);
        _speaker = random.Pick(AckWorld.Requests);
        _map = CursorTexts.Map(random);
        _route = AckRoutes.Create(_world.Strategy, topics: [.. _map.Topics.Select(topic => topic.Name)]);
        return QueryTexts.Next(random, _map, _world.Words.Batches);
    }

    public string Run(byte[] input, out long allocated)
    {
        var lines = Encoding.Latin1.GetString(input).Split('\n');
        var request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString("?" + lines[0]);
        foreach (var line in lines[1..])
        {
            // Servers let no line breaks through.
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                request.Headers.Append(line[..colon], line[(colon + 1)..].Trim().Replace('\r', ' '));
            }
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var outcome = Take(request, out var batch);
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (batch is not null)
        {
            _worlds.Drop(_world);
        }

        _world.Check(batch is null ? null : new AckClaim("ack", batch, []), _speaker);
        return outcome;
    }

    private string Take(HttpRequest request, out string? batch)
    {
        batch = null;
        try
        {
            var limits = Limits(request);
            using var body = BatchBody.For(request);
            _ = AcceptHeader.Names(request, "text/event-stream");
            _ = OriginRules.IsAllowed(request);
            ReadType(request);
            batch = QueryValue.Single(request, "ack");
            if (batch is not null && _world.Ledger.Acknowledge(new AckMessage(AckKind.Ack) { Batch = batch }, _speaker.User).Outcome.Problem is { } problem)
            {
                return Problems.TypeOf(_owner.Place(problem, batch, request), "stale-ack", "not-owner");
            }

            return body is null ? "not-acceptable" : limits;
        }
        catch (KafkaProblemException failure)
        {
            return Problems.TypeOf(failure.Problem, "invalid-query", "invalid-cursor");
        }
    }

    private static void ReadType(HttpRequest request)
    {
        try
        {
            AtOnce.Get(RequestText.ReadJsonAsync(request, CancellationToken.None));
        }
        catch (KafkaProblemException failure)
        {
            _ = Problems.TypeOf(failure.Problem, "unsupported-media-type");
        }
    }

    /// <summary>Reads what the client wants, and how much.</summary>
    private string Limits(HttpRequest request)
    {
        var batch = BatchQuery.Parse(request, _route);
        var options = _route.Options;
        FuzzFailureException.ThrowUnless(
            batch.MaxRecords >= 1 && batch.MaxRecords <= options.BatchMaxRecords && batch.MaxBytes >= 1 && batch.MaxBytes <= options.BatchMaxBytes
                && batch.Wait >= TimeSpan.Zero && batch.Wait <= options.MaxWait && batch.AppliedPreference?.All(char.IsAscii) != false,
            $"The client gets more than it may: {batch}");
        var start = StreamQuery.Parse(request, _route, Now);
        FuzzFailureException.ThrowUnless(
            new[] { start.Cursor is not null, start.Earliest is not null, start.TimestampMs is not null, start.Back is not null }.Count(isSet => isSet) == 1
                && start is not { Back: < 0 } and not { TimestampMs: < 0 } and not { Until.TimestampMs: < 0 },
            $"It begins in several places: {start}");
        if (start.Until is null or { Cursor: not null })
        {
            // No cluster is asked for what stands in the query itself.
            var limits = AtOnce.Get(ReadLimits.ResolveAsync(start, _map, null!));
            FuzzFailureException.ThrowUnless(limits is null || (limits.Length == _map.Count && limits.All(limit => limit >= 0)), "A limit is negative.");
        }

        return "a request";
    }
}
