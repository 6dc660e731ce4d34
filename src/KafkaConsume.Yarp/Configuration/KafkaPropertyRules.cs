using System.Globalization;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>What librdkafka properties may not be together: librdkafka would refuse to make a consumer of them.</summary>
internal static class KafkaPropertyRules
{
    private const string RemoteAssignor = "group.remote.assignor";

    private static readonly string[] ClassicOnly = ["session.timeout.ms", "heartbeat.interval.ms"];

    /// <summary>Gives the protocol that properties stand for: by name, or by a property that only one of the two has; null where they do not say.</summary>
    public static string? ProtocolOf(IReadOnlyDictionary<string, string> properties) => properties.GetValueOrDefault(KafkaPropertyTable.GroupProtocol)
        ?? (properties.ContainsKey(RemoteAssignor) ? "consumer" : ClassicOnly.Any(properties.ContainsKey) ? "classic" : null);

    /// <summary>Adds what does not fit. The properties have passed <see cref="KafkaPropertyTable"/> one by one.</summary>
    public static void Check(IReadOnlyDictionary<string, string> properties, ICollection<string> faults)
    {
        CheckSizes(properties, faults);
        CheckGroup(properties, faults);
        if (Number(properties, "reconnect.backoff.ms") > Number(properties, "reconnect.backoff.max.ms"))
        {
            faults.Add("reconnect.backoff.max.ms must be at least reconnect.backoff.ms.");
        }

        if (properties.ContainsKey("ssl.keystore.location") && !properties.ContainsKey("ssl.keystore.password"))
        {
            faults.Add("ssl.keystore.location needs ssl.keystore.password.");
        }

        if (properties.ContainsKey("https.ca.location") && properties.ContainsKey("https.ca.pem"))
        {
            faults.Add("https.ca.location and https.ca.pem exclude each other.");
        }
    }

    private static void CheckSizes(IReadOnlyDictionary<string, string> properties, ICollection<string> faults)
    {
        // librdkafka's defaults; its fetch.max.bytes follows the queue's limit where it is not set.
        var message = Number(properties, "message.max.bytes") ?? 1_000_000;
        var queue = Number(properties, "queued.max.messages.kbytes") ?? ConsumerConfigFactory.QueuedMaxMessagesKbytes;
        var fetch = Number(properties, "fetch.max.bytes");
        if (fetch < message)
        {
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"fetch.max.bytes must be at least message.max.bytes ({message})."));
        }

        var effective = Math.Max(fetch ?? Math.Min(50 * 1024 * 1024, queue * 1024), message);
        if (Number(properties, "receive.message.max.bytes") is { } receive && receive < effective + 512)
        {
            faults.Add(string.Create(
                CultureInfo.InvariantCulture, $"receive.message.max.bytes must be at least fetch.max.bytes + 512 ({effective + 512})."));
        }
    }

    private static void CheckGroup(IReadOnlyDictionary<string, string> properties, ICollection<string> faults)
    {
        var protocol = properties.GetValueOrDefault(KafkaPropertyTable.GroupProtocol);
        var assignor = properties.ContainsKey(RemoteAssignor);
        if (protocol == "consumer" || (protocol is null && assignor))
        {
            foreach (var name in ClassicOnly.Where(properties.ContainsKey))
            {
                faults.Add(protocol is null
                    ? $"{name} does not go with {RemoteAssignor}: one is for group.protocol = 'classic', the other for 'consumer'."
                    : $"{name} does not go with group.protocol = 'consumer': the brokers decide it.");
            }
        }
        else
        {
            if (assignor)
            {
                faults.Add($"{RemoteAssignor} needs group.protocol = 'consumer'.");
            }

            if (Number(properties, "session.timeout.ms") > (Number(properties, "max.poll.interval.ms") ?? 300_000))
            {
                faults.Add("max.poll.interval.ms must be at least session.timeout.ms.");
            }
        }
    }

    private static long? Number(IReadOnlyDictionary<string, string> properties, string name) =>
        properties.TryGetValue(name, out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : null;
}
