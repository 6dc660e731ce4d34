namespace KafkaConsume.Yarp.Configuration;

/// <summary>A setting with a value of one type.</summary>
/// <param name="format">How the value is written.</param>
/// <param name="get">Takes the value out of options; null where it is not set.</param>
/// <param name="set">Puts the value into a draft.</param>
/// <param name="millisecondsFormat">How the value is written in milliseconds, for durations.</param>
internal sealed class RouteSetting<T>(
    ValueFormat<T> format,
    Func<KafkaRouteOptions, object?> get,
    Action<RouteDraft, T> set,
    ValueFormat<T>? millisecondsFormat = null) : Setting
    where T : notnull
{
    private static readonly KafkaRouteOptions Defaults = new() { Topics = [] };

    public override ValueFormat Format => format;

    public override string? Default => get(Defaults) is T value && value is not IReadOnlyList<string> ? format.Write(value) : null;

    public override bool Read(string text, bool milliseconds, RouteDraft draft, ICollection<string> faults)
    {
        var used = milliseconds && millisecondsFormat is not null ? millisecondsFormat : format;
        if (!used.TryRead(text, faults, out var value))
        {
            return false;
        }

        set(draft, value);
        return true;
    }

    public override string? Write(KafkaRouteOptions options) =>
        get(options) is T value && !value.Equals(get(Defaults)) ? format.Write(value) : null;
}
