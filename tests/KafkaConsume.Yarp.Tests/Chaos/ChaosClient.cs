using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using KafkaConsume.Yarp.Leasing;
using KafkaConsume.Yarp.Tests.History;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>A client over plain HTTP that aborts, stalls, acknowledges late, twice, in pieces and what it was never given, and refuses; and notes all of it.</summary>
internal sealed class ChaosClient : IChaosClient
{
    private readonly ChaosWorld _world;
    private readonly Random _random;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(8) };
    private string _user;
    private ChaosBatch? _open;
    private int? _emptySince;

    public ChaosClient(ChaosWorld world, int seed)
    {
        _world = world;
        _random = new Random(seed);
        _user = world.NextUser();
    }

    public async Task RunAsync()
    {
        while (!_world.IsOver)
        {
            try
            {
                await TurnAsync();
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException or System.Text.Json.JsonException)
            {
                // Whatever was on its way has not come, or not wholly: who comes now is somebody else.
                (_user, _open, _emptySince) = (_world.NextUser(), null, null);
                await ChaosWorld.PauseAsync(20);
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task TurnAsync()
    {
        var gateway = _world.Gateways[_random.Next(_world.Gateways.Count)];
        if ((_open?.Gateway ?? gateway.Place) is not { } place)
        {
            await ChaosWorld.PauseAsync(10);
            return;
        }

        if (await TakeAsync(place) is { Ids.Length: > 0 } batch)
        {
            await UseAsync(batch);
        }
    }

    private async Task<ChaosBatch?> TakeAsync((string Name, Uri Address) place)
    {
        using var ending = new CancellationTokenSource();
        if (!_world.IsCalm && _random.Next(16) == 0)
        {
            ending.CancelAfter(TimeSpan.FromMilliseconds(_random.Next(1, 40)));
        }

        var acked = _open;
        _open = null;
        var askedAfter = _world.Log.Count;
        using var request = Request(HttpMethod.Get, place, $"{Limits()}{(acked is null ? "" : $"&ack={acked.Id}")}");
        var said = acked is null ? 0 : Say(place.Name, AckKind.Ack, acked.Ids);
        using var response = await _http.SendAsync(request, ending.Token);
        if (said != 0)
        {
            _world.Log.Add(new HistoryEvent.Answered(said, response.IsSuccessStatusCode ? AckAnswer.Accepted : AckAnswer.Unclear));
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            _emptySince = null;
            await ChaosWorld.PauseAsync(10);
            return null;
        }

        var records = JsonNode.Parse(await response.Content.ReadAsByteArrayAsync(ending.Token))!.AsArray();
        if (records.Count == 0)
        {
            if (!_world.IsByPartition)
            {
                // Else the streams have it all.
                _world.Log.Add(new HistoryEvent.CameEmpty(_user, place.Name, _emptySince ??= askedAfter));
            }

            return null;
        }

        _emptySince = null;
        var id = response.Headers.GetValues("KafkaConsume-Batch").Single();
        HistoryRecord[] seen = [.. records.Select(record => ChaosJson.Record(record!, _world))];
        _world.Log.Add(new HistoryEvent.SessionStarted(id, _user, place.Name, [_world.Topic]));
        _world.Log.Add(new HistoryEvent.Delivered(id, askedAfter, seen));
        return new ChaosBatch(id, place, [.. seen.Select(record => record.Id)]);
    }

    private async Task UseAsync(ChaosBatch batch)
    {
        if (batch.Ids.Any(_world.IsPoison))
        {
            await RefuseAsync(batch, [.. batch.Ids.Where(_world.IsPoison)]);
            return;
        }

        switch (_world.IsCalm ? 0 : _random.Next(100))
        {
            case < 55:
                await AckAsync(batch, batch.Ids);
                break;
            case < 72:
                _open = batch;
                break;
            case < 82:
                RecordId[] shuffled = [.. batch.Ids.OrderBy(_ => _random.Next())];
                foreach (var piece in shuffled.Chunk(1 + (shuffled.Length / 3)))
                {
                    await SayAsync(batch.Gateway, AckKind.Ack, piece);
                }

                break;
            case < 88:
                await RefuseAsync(batch, [.. batch.Ids.Where(_ => _random.Next(4) == 0)]);
                break;
            case < 89:
                await ChaosWorld.PauseAsync(_world.AckTimeout + TimeSpan.FromMilliseconds(_random.Next(300)));
                await SayAsync(batch.Gateway, AckKind.Ack, batch.Ids);
                break;
            case < 90:
                break;
            case < 95:
                await AckAsync(batch, batch.Ids);
                await AckAsync(batch, batch.Ids);
                break;
            default:
                await AckAsync(batch, batch.Ids);
                await SayAsync(batch.Gateway, AckKind.Ack, [new RecordId(batch.Ids[^1].Partition, batch.Ids[^1].Offset + _random.Next(1, 100_000))]);
                break;
        }
    }

    private async Task RefuseAsync(ChaosBatch batch, RecordId[] refused)
    {
        await SayAsync(batch.Gateway, AckKind.Nack, refused);
        await SayAsync(batch.Gateway, AckKind.Ack, [.. batch.Ids.Except(refused)]);
    }

    // In the end it may be the only one who asks a gateway at all.
    private string Limits() => _world.IsCalm ? "?max=500&wait=0.1" : $"?max={_random.Next(1, 120)}&wait=0.5";

    private async Task AckAsync(ChaosBatch batch, RecordId[] records) =>
        await TellAsync(batch.Gateway, Say(batch.Gateway.Name, AckKind.Ack, records), $$"""{"batch":"{{batch.Id}}"}""", AckKind.Ack);

    private async Task SayAsync((string Name, Uri Address) place, AckKind kind, RecordId[] records)
    {
        if (records.Length == 0)
        {
            return;
        }

        await TellAsync(place, Say(place.Name, kind, records), ChaosJson.Message(kind, records), kind);
    }

    private long Say(string gateway, AckKind kind, RecordId[] records)
    {
        var id = _world.Log.NextId();
        _world.Log.Add(new HistoryEvent.Said(id, _user, gateway, kind, records));
        return id;
    }

    private async Task TellAsync((string Name, Uri Address) place, long said, string json, AckKind kind)
    {
        using var request = Request(HttpMethod.Post, place, "");
        request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request);
        var answer = JsonNode.Parse(await response.Content.ReadAsByteArrayAsync());
        _world.Log.Add(response.StatusCode switch
        {
            HttpStatusCode.OK => new HistoryEvent.Answered(said, AckAnswer.Accepted)
            {
                // What is told beside other kinds is where the group is at that moment all the same.
                Confirmed = kind != AckKind.Ack ? [] : ChaosJson.Offsets(answer!["committed"]!, _world),
            },
            _ when answer?["records"] is JsonArray refused => new HistoryEvent.Answered(said, AckAnswer.Refused) { Refused = ChaosJson.Ids(refused, _world) },
            _ => new HistoryEvent.Answered(said, AckAnswer.Unclear),
        });
    }

    private HttpRequestMessage Request(HttpMethod method, (string Name, Uri Address) place, string query)
    {
        var request = new HttpRequestMessage(method, new Uri(place.Address, ChaosGatewayOptions.Path + query));
        request.Headers.Add("X-User", _user);
        return request;
    }
}
