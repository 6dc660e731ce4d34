using Microsoft.Extensions.Configuration;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>
/// The section of a connection as librdkafka properties, or everything that is wrong with it. Values are shown for numbers and choices
/// alone: whatever else is written may be a secret.
/// </summary>
internal sealed class ConnectionSection
{
    private readonly Dictionary<string, string> _properties = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);
    private readonly List<string> _errors = [];

    private ConnectionSection()
    {
    }

    public IReadOnlyDictionary<string, string> Properties => _properties;

    public IReadOnlyList<string> Errors => _errors;

    public static ConnectionSection Read(IConfigurationSection? section)
    {
        var read = new ConnectionSection();
        foreach (var child in section?.GetChildren() ?? [])
        {
            if (!child.Key.Equals(ConfigurationSections.Config, StringComparison.OrdinalIgnoreCase))
            {
                read._errors.Add($"{Shown.Plain(child.Path)} is not a known setting."
                    + NearestName.Hint([ConfigurationSections.Config], child.Key));
                continue;
            }

            foreach (var property in child.GetChildren())
            {
                read.Add(property);
            }
        }

        return read;
    }

    /// <summary>Checks one property and gives its normal name and value, or adds what is wrong with it.</summary>
    /// <returns>Null where it is wrong.</returns>
    public static (string Name, string Value)? Check(string path, string name, string value, ICollection<string> errors)
    {
        if (KafkaPropertyTable.Find(CanonicalName.Of(name)) is not { } property)
        {
            var known = KafkaPropertyTable.All.Where(known => known.Refused is null).Select(known => known.Name);
            errors.Add($"{path} is not a property of librdkafka or Confluent.Kafka's ConsumerConfig.{NearestName.Hint(known, name)}");
            return null;
        }

        if (property.Refused is { } reason)
        {
            errors.Add($"{path} is not accepted: {reason}");
            return null;
        }

        List<string> faults = [];
        var normal = property.Format.Normalize(value, faults);
        foreach (var fault in faults)
        {
            errors.Add(property.Format is BooleanFormat or IntegerFormat or ChoiceFormat<string>
                ? $"{path} = {Shown.Quoted(value)} {fault}"
                : $"{path} {fault}");
        }

        return normal is null ? null : (property.Name, normal);
    }

    private void Add(IConfigurationSection section)
    {
        var path = Shown.Plain(section.Path);
        if (section.GetChildren().Any())
        {
            _errors.Add($"{path} must be a value: properties are flat, for example \"sasl.username\" or \"SaslUsername\".");
            return;
        }

        // An empty value is how a later source takes back what an earlier one said.
        if (string.IsNullOrEmpty(section.Value) || Check(path, section.Key, section.Value, _errors) is not { } property)
        {
            return;
        }

        if (_keys.TryGetValue(property.Name, out var other))
        {
            _errors.Add($"{Shown.Plain(other)} and {path} are the same property: keep one of them.");
            return;
        }

        _keys.Add(property.Name, section.Path);
        _properties.Add(property.Name, property.Value);
    }
}
