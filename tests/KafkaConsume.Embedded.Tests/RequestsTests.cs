namespace KafkaConsume.Embedded.Tests;

public sealed class RequestsTests
{
    [Fact]
    public async Task GetRequests_WithoutTracking_IsEmpty()
    {
        await using var kafka = EmbeddedKafka.Start();

        await kafka.ProduceAsync("topic", "a");

        kafka.GetRequests().Should().BeEmpty();
    }

    [Fact]
    public async Task GetRequests_WhileTracking_HasWhatClientsSentInOrder()
    {
        await using var kafka = EmbeddedKafka.Start(brokers: 2);
        kafka.CreateTopic("topic");
        kafka.MoveLeader("topic", 0, 2);
        kafka.StartRequestTracking();

        await kafka.ProduceAsync("topic", "a", "b", "c");

        var requests = kafka.GetRequests();
        requests[0].Api.Should().Be(KafkaApi.ApiVersions);
        requests.Should().Contain(request => request.Api == KafkaApi.Metadata);
        requests.Where(request => request.Api == KafkaApi.Produce).Select(request => request.BrokerId).Should().Equal(2, 2, 2);
        requests.Select(request => request.Timestamp).Should().BeInAscendingOrder();
    }

    [Fact]
    public async Task GetRequests_OfAGroupThatComesAndGoes_ShowsItsProtocol()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");
        await kafka.ProduceAsync("topic", "a");
        kafka.StartRequestTracking();

        using (var consumer = kafka.CreateConsumer())
        {
            consumer.Subscribe("topic");
            consumer.Next();
            consumer.Commit();
            consumer.Close();
        }

        var apis = kafka.GetRequests().Select(request => request.Api).ToList();
        apis.Should().ContainInOrder(
            KafkaApi.FindCoordinator, KafkaApi.JoinGroup, KafkaApi.SyncGroup, KafkaApi.OffsetFetch, KafkaApi.Fetch, KafkaApi.OffsetCommit, KafkaApi.LeaveGroup);
        apis.Should().OnlyContain(api => Enum.IsDefined(api));
    }

    [Fact]
    public async Task ClearRequests_WhileTracking_ForgetsAndGoesOn()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");
        kafka.StartRequestTracking();
        await kafka.ProduceAsync("topic", "a");

        kafka.ClearRequests();
        kafka.GetRequests().Should().BeEmpty();
        await kafka.ProduceAsync("topic", "b");

        kafka.GetRequests().Count(request => request.Api == KafkaApi.Produce).Should().Be(1);
    }

    [Fact]
    public async Task StopRequestTracking_AfterRequests_ForgetsThemAndRecordsNoMore()
    {
        await using var kafka = EmbeddedKafka.Start();
        kafka.CreateTopic("topic");
        kafka.StartRequestTracking();
        await kafka.ProduceAsync("topic", "a");

        kafka.StopRequestTracking();
        await kafka.ProduceAsync("topic", "b");

        kafka.GetRequests().Should().BeEmpty();
    }
}
