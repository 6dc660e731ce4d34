using KafkaConsume.Yarp.Configuration;
using Yarp.ReverseProxy.Configuration;

namespace KafkaConsume.Yarp.Tests.Configuration;

public sealed class KafkaRouteConfigExtensionsTests
{
    [Fact]
    public void WithKafkaConsume_Defaults_WritesTopicsAlone()
    {
        Route().WithKafkaConsume(new KafkaRouteOptions { Topics = ["a", "b"] }).Metadata
            .Should().Equal(new Dictionary<string, string>(StringComparer.Ordinal) { ["KafkaConsume.Topics"] = "a,b" });
    }

    [Fact]
    public void WithKafkaConsume_OtherMetadata_IsKeptAndOurOwnReplaced()
    {
        var route = Route() with
        {
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["Other"] = "x", ["kafka_consume_mode"] = "sse", ["KafkaConsume.Typo"] = "y" },
        };

        route.WithKafkaConsume(new KafkaRouteOptions { Topics = ["a"], Mode = KafkaConsumeMode.WebSocket }).Metadata.Should().Equal(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["Other"] = "x", ["KafkaConsume.Topics"] = "a", ["KafkaConsume.Mode"] = "websocket" });
        route.Metadata.Should().HaveCount(3, "the route that was given is not changed");
    }

    [Fact]
    public void WithKafkaConsume_EveryOption_IsWritten()
    {
        var metadata = Route().WithKafkaConsume(new KafkaRouteOptions
        {
            Topics = ["a"],
            Connection = "eu",
            BootstrapServers = "b:9092",
            Mode = KafkaConsumeMode.Auto,
            AutoOffsetReset = KafkaAutoOffsetReset.Earliest,
            CommitStrategy = KafkaCommitStrategy.ClientAcks,
            AckTimeout = TimeSpan.FromSeconds(45),
            MaxDeliveries = 0,
            MaxInFlight = 8,
            MaxInFlightBytes = 9,
            ConsumerGroupMode = KafkaConsumerGroupMode.Manual,
            ConsumerGroupId = "g",
            ConsumerGroupDistribution = KafkaGroupDistribution.Record,
            Flow = KafkaStreamFlow.Permit,
            AckReplies = true,
            MessageDeserializer = KafkaMessageDeserializer.Base64,
            Format = KafkaRecordFormat.Value,
            BatchMaxRecords = 1,
            BatchMaxBytes = 2,
            MaxWait = TimeSpan.FromMilliseconds(1500),
            HeartbeatInterval = TimeSpan.FromMinutes(1),
            AllowSeek = true,
            ReturnErrorMessage = true,
            Config = new Dictionary<string, string>(StringComparer.Ordinal) { ["fetch.min.bytes"] = "1" },
        }).Metadata;

        metadata.Should().Equal(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["KafkaConsume.Topics"] = "a",
            ["KafkaConsume.Connection"] = "eu",
            ["KafkaConsume.BootstrapServers"] = "b:9092",
            ["KafkaConsume.Mode"] = "auto",
            ["KafkaConsume.AutoOffsetReset"] = "earliest",
            ["KafkaConsume.CommitStrategy"] = "client-acks",
            ["KafkaConsume.AckTimeout"] = "00:00:45",
            ["KafkaConsume.MaxDeliveries"] = "0",
            ["KafkaConsume.MaxInFlight"] = "8",
            ["KafkaConsume.MaxInFlightBytes"] = "9",
            ["KafkaConsume.ConsumerGroup.Mode"] = "manual",
            ["KafkaConsume.ConsumerGroup.Id"] = "g",
            ["KafkaConsume.ConsumerGroup.Distribution"] = "record",
            ["KafkaConsume.Flow"] = "permit",
            ["KafkaConsume.AckReplies"] = "true",
            ["KafkaConsume.MessageDeserializer"] = "base64",
            ["KafkaConsume.Format"] = "value",
            ["KafkaConsume.BatchMaxRecords"] = "1",
            ["KafkaConsume.BatchMaxBytes"] = "2",
            ["KafkaConsume.MaxWait"] = "00:00:01.5",
            ["KafkaConsume.HeartbeatInterval"] = "00:01:00",
            ["KafkaConsume.AllowSeek"] = "true",
            ["KafkaConsume.ErrorHandling.ReturnErrorMessage"] = "true",
            ["KafkaConsume.Config.fetch.min.bytes"] = "1",
        });
    }

    [Fact]
    public void WithKafkaConsume_WhatCannotBeMeant_IsRefusedWhenTheRouteIsRead()
    {
        var route = Route().WithKafkaConsume(new KafkaRouteOptions
        {
            Topics = [],
            Mode = (KafkaConsumeMode)99,
            BatchMaxRecords = -1,
            MaxWait = TimeSpan.FromDays(2),
        });

        var errors = RouteMetadataParser.Parse(route.RouteId, route.Metadata).Errors;

        errors.Should().HaveCount(4);
        errors.Should().Contain(error => error.Contains("KafkaConsume.Mode = '99'", StringComparison.Ordinal));
    }

    [Fact]
    public void WithKafkaConsume_Null_Throws()
    {
        FluentActions.Invoking(() => Route().WithKafkaConsume(null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => ((RouteConfig)null!).WithKafkaConsume(new KafkaRouteOptions { Topics = ["a"] }))
            .Should().Throw<ArgumentNullException>();
    }

    private static RouteConfig Route() => new() { RouteId = "r1" };
}
