namespace KafkaConsume.Yarp.Configuration;

/// <summary>A route while its metadata is read: what is known so far, and which keys said it.</summary>
internal sealed class RouteDraft
{
    private readonly Dictionary<Setting, string> _written = [];
    private readonly HashSet<Setting> _doubtful = [];

    public KafkaRouteOptions Options { get; set; } = new() { Topics = [] };

    /// <summary>Gets or sets whether <c>latest</c> is to mean latest. It always does; who writes false is told.</summary>
    public bool EnforcesLatest { get; set; } = true;

    /// <summary>Gets the librdkafka properties by their names, with the keys that said them.</summary>
    public SortedDictionary<string, (string Key, string Value)> Properties { get; } = new(StringComparer.Ordinal);

    /// <summary>Notes that a key said a setting.</summary>
    /// <returns>The key that said it before, or null.</returns>
    public string? Note(Setting setting, string key) => _written.TryAdd(setting, key) ? null : _written[setting];

    /// <summary>Notes that a setting was written but its value is not known, so that nothing is concluded from the default.</summary>
    public void Doubt(Setting setting) => _doubtful.Add(setting);

    /// <summary>Gets the key that said a setting, if one did.</summary>
    public string? KeyOf(Setting setting) => _written.GetValueOrDefault(setting);

    /// <summary>Tells whether rules may be decided that look at these settings.</summary>
    public bool Knows(params ReadOnlySpan<Setting> settings)
    {
        foreach (var setting in settings)
        {
            if (_doubtful.Contains(setting))
            {
                return false;
            }
        }

        return true;
    }
}
