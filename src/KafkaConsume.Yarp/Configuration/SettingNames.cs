namespace KafkaConsume.Yarp.Configuration;

/// <summary>The names by which settings are found.</summary>
internal static class SettingNames
{
    private static readonly Dictionary<string, (Setting Setting, bool Milliseconds)> Known = Index();

    /// <summary>Gets what may stand behind <c>KafkaConsume.</c>, for "did you mean".</summary>
    public static IReadOnlyList<string> Suggestions { get; } =
    [
        .. SettingTable.All.SelectMany(KeysOf).Select(WithoutPrefix),
        .. KafkaPropertyTable.All.Where(property => property.OnRoutes).Select(property => "Config." + property.Name),
    ];

    /// <summary>Gets all keys of a setting: its own, other spellings, and the one in milliseconds.</summary>
    public static IEnumerable<string> KeysOf(Setting setting) =>
        setting.MillisecondsKey is { } milliseconds ? [setting.Key, .. setting.Aliases, milliseconds] : [setting.Key, .. setting.Aliases];

    public static bool TryFind(string canonicalKey, out Setting? setting, out bool milliseconds)
    {
        var found = Known.TryGetValue(canonicalKey, out var known);
        (setting, milliseconds) = known;
        return found;
    }

    public static string WithoutPrefix(string key) => key[KafkaConsumeMetadata.Prefix.Length..];

    // Fails when two settings share a canonical form, which no route could tell apart.
    private static Dictionary<string, (Setting Setting, bool Milliseconds)> Index() => SettingTable.All
        .SelectMany(setting => KeysOf(setting).Select(key => (Key: key, Setting: setting)))
        .ToDictionary(
            known => CanonicalName.Of(known.Key),
            known => (known.Setting, known.Key == known.Setting.MillisecondsKey),
            StringComparer.Ordinal);
}
