using System.Text;
using KafkaConsume.Yarp.Configuration;

namespace KafkaConsume.Yarp.Tests.Configuration;

/// <summary>The page docs/configuration.md, out of the tables that the library itself reads with.</summary>
internal static class ConfigurationDocument
{
    public static string Markdown()
    {
        var page = new StringBuilder();
        page.Append(Head);
        page.Append(Row("Key", "Type", "Accepted", "Default", "Example", "In Kong", "What it does")).Append(Line(7));
        foreach (var setting in SettingTable.All)
        {
            page.Append(Row(
                Code(setting.Key) + (setting.MillisecondsKey is { } milliseconds ? $"<br>{Code(milliseconds)}" : ""),
                setting.Format.Type,
                setting.Format.Accepted + (setting.MillisecondsKey is null ? "" : ", or its milliseconds"),
                setting.DefaultNote ?? Code(setting.Default!),
                Code(setting.Example),
                setting.Kong is { } kong ? Code(kong) : "",
                setting.Description));
        }

        page.Append(Row(
            Code(KafkaConsumeMetadata.ConfigPrefix + "<name>"),
            "text",
            "[a property of librdkafka](#librdkafkas-properties-on-a-route)",
            "none",
            Code("1024") + " for " + Code("KafkaConsume.Config.fetch.min.bytes"),
            "",
            "Tunes this route's consumers."));

        page.Append(Rules);
        page.Append(Row("Property", "Accepted", "For")).Append(Line(3));
        foreach (var property in KafkaPropertyTable.All.Where(property => property.OnRoutes))
        {
            page.Append(Row(Code(property.Name), property.Format.Accepted, property.Scope == KafkaPropertyScope.Group ? "consumer groups" : "all routes"));
        }

        page.Append(Connections);
        page.Append(Row("Property", "Why")).Append(Line(2));
        foreach (var property in KafkaPropertyTable.All.Where(property => property.Refused is not null))
        {
            page.Append(Row(Code(property.Name), char.ToUpperInvariant(property.Refused![0]) + property.Refused[1..]));
        }

        page.Append(Gateway);
        page.Append(Row("Setting", "Type", "Accepted", "Default", "What it does")).Append(Line(5));
        foreach (var setting in GatewaySettingTable.All)
        {
            page.Append(Row(Code(setting.Name), setting.Format.Type, setting.Format.Accepted, setting.DefaultNote ?? Code(setting.Default), setting.Description));
        }

        return page.ToString();
    }

    private static string Row(params string[] cells) => $"| {string.Join(" | ", cells)} |\n";

    private static string Line(int cells) => $"|{string.Concat(Enumerable.Repeat("---|", cells))}\n";

    private static string Code(string text) => $"`{text}`";

    private const string Head = """
        # Configuration

        <!-- Generated from the tables in code. Run the tests with UPDATE_DOCS=1 to write it anew. -->

        A route is answered from Kafka when its metadata has a key that starts with `KafkaConsume`. Nothing else is needed:

        ```json
        {
          "ConnectionStrings": { "kafka": "broker1:9092,broker2:9092" },
          "ReverseProxy": {
            "Routes": {
              "orders": {
                "Match": { "Path": "/orders" },
                "Metadata": {
                  "KafkaConsume.Topics": "orders",
                  "KafkaConsume.Mode": "server-sent-events"
                }
              }
            }
          }
        }
        ```

        In code the same is `route.WithKafkaConsume(new KafkaRouteOptions { Topics = ["orders"], Mode = KafkaConsumeMode.ServerSentEvents })`,
        which writes this metadata. The keys are constants of `KafkaConsumeMetadata`.

        ## Route metadata

        Keys are compared without regard to case and to `.`, `_` and `-`. `KafkaConsume.AutoOffsetReset`, `KafkaConsume.auto_offset_reset`
        (Kong's spelling) and `KAFKACONSUME_AUTO_OFFSET_RESET` (an environment variable's) are the same key, and only one of them may be
        there. Metadata is flat: a nested object, or a `:` in a key, arrives without a value and is refused. All values are strings; JSON's
        `true` and numbers may be written without quotes.

        Durations are written `hh:mm:ss`, or under the key that ends in `Ms` as whole milliseconds. A bare number of seconds is refused.


        """;

    private const string Rules = """

        Everything that is wrong with a route is reported at once, each error with the route, the key, the value and what is accepted. No
        key is accepted that would do nothing:

        * `CommitStrategy`, and the properties below that are for consumer groups, need a group. `ConsumerGroup.Id` needs `manual`
          or `user`, and `ConsumerGroup.UserClaim`, `ConsumerGroup.RequireUser` and `ConsumerGroup.MaxUsers` need `user`.
        * `ConsumerGroup.Protocol` and `ConsumerGroup.InstanceId` need a group, and `Config.group.protocol` is `ConsumerGroup.Protocol` by another name.
        * `AckTimeout`, `MaxDeliveries`, `RedeliveryBackoff`, `RedeliveryBackoffMax`, `EnableDlq`, `DlqTopic`, `MaxInFlight` and
          `MaxInFlightBytes` need `CommitStrategy` `client-acks`.
        * `EnableDlq` needs a `DlqTopic` and a limit of `MaxDeliveries`, and `DlqTopic` needs `EnableDlq`.
        * `ConsumerGroup.Distribution`, `Flow` and `AckReplies` are for streams of a group; `Flow` and `AckReplies` for WebSockets alone, and
          `AckReplies` not for `CommitStrategy` `auto`. `SlowClients` is for streams without a group.
        * `Format` `value` does not go with streams of a group whose clients say what is done (`client-acks` and `off`): they could not name the
          records.
        * `AllowSeek` `true` does not go with a group, whose position belongs to Kafka.
        * `HeartbeatInterval` is for streams, so not for `http-get`. `BatchMaxRecords`, `BatchMaxBytes` and `MaxWait` are for batches, so not
          for `server-sent-events` and `websocket`. `auto` is both.

        A group of `ConsumerGroup.Mode` `random` has the id `kafka-consume.` and 16 hexadecimal digits made from the route's id and its topics:
        the same on every replica and after every restart, another one when the route is renamed or reads other topics.

        ### librdkafka's properties on a route

        `KafkaConsume.Config.<name>` takes the properties that tune reading, and no others: route metadata often comes from less trusted
        hands than the gateway's own configuration, so nothing in it opens a file, runs a command, holds a secret or sends one elsewhere
        (`KafkaConsume.BootstrapServers` is refused with a connection that has credentials). Everything else that librdkafka knows
        belongs to [a connection](#connections).


        """;

    private const string Connections = """

        ## Connections

        A route reads with the connection that `KafkaConsume.Connection` names, `kafka` by default. A connection is a connection string, a
        section, or both:

        ```json
        {
          "ConnectionStrings": { "kafka": "broker1:9093,broker2:9093" },
          "KafkaConsume": {
            "Connections": {
              "kafka": {
                "Config": {
                  "SecurityProtocol": "SaslSsl",
                  "SaslMechanism": "ScramSha512",
                  "SaslUsername": "gateway",
                  "fetch.min.bytes": 1
                }
              }
            }
          }
        }
        ```

        * `ConnectionStrings:<name>` is the list of brokers, `host:port,host:port`.
        * `KafkaConsume:Connections:<name>:Config` has properties by their names in Confluent.Kafka's `ConsumerConfig` or in librdkafka, and
          values in the spelling of either. Properties are flat. An empty value is no value.
        * `services.Configure<KafkaConnectionOptions>("<name>", options => options.Config…)` does the same in code.
        * A route with `KafkaConsume.BootstrapServers` and without `KafkaConsume.Connection` needs none of them.

        Secrets belong into user secrets, environment variables (`KafkaConsume__Connections__kafka__Config__SaslPassword`) or any other
        source of configuration, never into route metadata. Errors show the values of numbers and choices alone.

        Each source wins over the one before:

        1. what is built in (`client.id` = `kafka-consume`, `isolation.level` = `read_committed`, `check.crcs` = `true`,
           `reconnect.backoff.ms` = 50 to 2000, small bounded queues)
        2. `KafkaConsume:Connections:<name>:Config`
        3. `ConnectionStrings:<name>`
        4. the route's `KafkaConsume.BootstrapServers` and `KafkaConsume.Config.*`

        All connections are checked when the application starts, also those that no route uses. A change of the configuration is seen by
        running routes at their next request; where it is wrong, they go on with what they had, and the errors are logged.

        Nobody may set these:


        """;

    private const string Gateway = """

        ## The whole gateway

        The section `KafkaConsume`, or `AddKafkaConsume(options => …)` in code. Read when the application starts; a wrong or unknown setting
        stops it.


        """;
}
