using Confluent.Kafka;
using KafkaConsume.Embedded;

namespace KafkaConsume.Yarp.Tests.Chaos;

/// <summary>Lets an in-process cluster fail, as a seed wants it.</summary>
internal sealed class EmbeddedFaults(EmbeddedKafka kafka, ChaosWorld world, Random random)
{
    private static readonly (KafkaApi Api, ErrorCode[] Errors)[] Errors =
    [
        (KafkaApi.OffsetCommit, [ErrorCode.NotCoordinatorForGroup, ErrorCode.GroupLoadInProgress, ErrorCode.RebalanceInProgress, ErrorCode.RequestTimedOut, ErrorCode.Local_Transport]),
        (KafkaApi.OffsetFetch, [ErrorCode.NotCoordinatorForGroup, ErrorCode.GroupLoadInProgress]),
        (KafkaApi.Fetch, [ErrorCode.Local_Transport, ErrorCode.RequestTimedOut, ErrorCode.Unknown]),
        (KafkaApi.FindCoordinator, [ErrorCode.GroupCoordinatorNotAvailable, ErrorCode.Local_Transport]),
        (KafkaApi.Heartbeat, [ErrorCode.NotCoordinatorForGroup, ErrorCode.Local_Transport]),
        (KafkaApi.Metadata, [ErrorCode.Local_Transport]),
    ];

    public async Task StrikeAsync()
    {
        var broker = 1 + random.Next(kafka.Brokers);
        switch (random.Next(12))
        {
            case < 7:
                var (api, errors) = Errors[random.Next(Errors.Length)];
                kafka.FailNext(api, [.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => errors[random.Next(errors.Length)])]);
                break;
            case 7:
                kafka.StopBroker(broker);
                await ChaosWorld.PauseAsync(random.Next(100, 500));
                kafka.StartBroker(broker);
                break;
            case 8:
                kafka.MoveLeader(world.Topic, random.Next(world.Partitions.Count), broker);
                break;
            case 9:
                kafka.MoveCoordinator(CoordinatorKind.Group, world.Topic, broker);
                break;
            default:
                kafka.SetRoundTripTime(broker, TimeSpan.FromMilliseconds(random.Next(4) * 30));
                break;
        }
    }

    public void End()
    {
        foreach (var (api, _) in Errors)
        {
            kafka.ClearErrors(api);
        }

        for (var broker = 1; broker <= kafka.Brokers; broker++)
        {
            kafka.SetRoundTripTime(broker, TimeSpan.Zero);
        }
    }
}
