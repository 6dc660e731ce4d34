namespace KafkaConsume.Yarp.Configuration;

/// <summary>Settings of Kong's plugin that have no key here, and what to do instead.</summary>
internal static class KongSettings
{
    private const string Security = " Brokers' security belongs to a named connection: "
        + "KafkaConsume:Connections:<name>:Config, for example SaslMechanism, SaslUsername and SecurityProtocol.";

    private static readonly (string Start, string Hint)[] Known =
    [
        ("authentication", Security),
        ("security", Security),
        ("schemaregistry", " Kong's schema_registry has no counterpart here."),
        ("messagebyluafunctions", " Kong's message_by_lua_functions has no counterpart here."),
        ("clustername", " Kong's cluster_name has no counterpart here: a connection has a name already (KafkaConsume.Connection)."),
    ];

    /// <summary>Gives what to say about a canonical key without its prefix, or null where Kong does not know it either.</summary>
    public static string? HintFor(string canonical) =>
        Array.Find(Known, known => canonical.StartsWith(known.Start, StringComparison.Ordinal)).Hint;
}
