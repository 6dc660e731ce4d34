namespace KafkaConsume.Yarp.Configuration;

/// <summary>The keys <c>KafkaConsume.Config.*</c>: librdkafka's properties on a route, as far as they are allowed there.</summary>
internal static class ConfigMetadata
{
    public const string CanonicalPrefix = "kafkaconsumeconfig";

    /// <summary>Gives the canonical name of the property that a canonical key names.</summary>
    public static bool TryName(string canonicalKey, out string name)
    {
        name = canonicalKey.StartsWith(CanonicalPrefix, StringComparison.Ordinal) ? canonicalKey[CanonicalPrefix.Length..] : "";
        return name.Length > 0;
    }

    /// <summary>Reads one property into the draft, or adds what is wrong with it. The value of a refused property is never shown: it may be a secret.</summary>
    public static void Read(string key, string canonicalName, string value, RouteDraft draft, ICollection<string> errors)
    {
        if (KafkaPropertyTable.Find(canonicalName) is not { } property)
        {
            errors.Add($"{Shown.Plain(key)} is not a property of librdkafka.{Hint(canonicalName)}");
        }
        else if (Refusal(property) is { } refusal)
        {
            errors.Add($"{Shown.Plain(key)} is not accepted on a route: {refusal}");
        }
        else if (draft.Properties.TryGetValue(property.Name, out var other))
        {
            errors.Add($"{Shown.Plain(other.Key)} and {Shown.Plain(key)} are the same property: keep one of them.");
        }
        else
        {
            List<string> faults = [];
            var normal = property.Format.Normalize(value, faults);
            foreach (var fault in faults)
            {
                errors.Add($"{Shown.Plain(key)} = {Shown.Quoted(value)} {fault}");
            }

            // Noted with a faulty value too: a second spelling is an error of its own then.
            draft.Properties.Add(property.Name, (key, normal ?? value));
        }
    }

    private static string? Refusal(KafkaProperty property) => property switch
    {
        { Refused: { } reason } => reason,
        { OnRoutes: true } => null,
        { Name: KafkaPropertyTable.BootstrapServers } => $"write {KafkaConsumeMetadata.BootstrapServers}.",
        _ => $"it belongs to a named connection: KafkaConsume:Connections:<name>:Config:{property.Name}.",
    };

    private static string Hint(string canonicalName) => NearestName.Hint(
        KafkaPropertyTable.All.Where(property => property.OnRoutes).Select(property => property.Name),
        canonicalName,
        KafkaConsumeMetadata.ConfigPrefix);
}
