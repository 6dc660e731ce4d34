using System.Collections.ObjectModel;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>Reads a route's metadata: everything that is wrong with it comes out at once, and nothing is thrown whatever it is.</summary>
internal sealed class RouteMetadataParser
{
    private readonly RouteDraft _draft = new();
    private readonly List<string> _errors = [];
    private readonly string _routeId;
    private bool _nested;

    private RouteMetadataParser(string routeId) => _routeId = routeId;

    public static RouteMetadataResult Parse(string routeId, IReadOnlyDictionary<string, string>? metadata)
    {
        var parser = new RouteMetadataParser(routeId);
        foreach (var (key, value) in (metadata ?? ReadOnlyDictionary<string, string>.Empty).OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (RouteMetadata.IsOurs(key))
            {
                // Metadata from configuration holds nulls, whatever its type says.
                parser.Read(key, CanonicalName.Of(key), (string?)value);
            }
        }

        return parser.Finish();
    }

    private void Read(string key, string canonical, string? value)
    {
        if (SettingNames.TryFind(canonical, out var setting, out var milliseconds))
        {
            ReadSetting(setting!, key, value, milliseconds);
        }
        else if (value is null)
        {
            ReportNull(key, canonical);
        }
        else if (ConfigMetadata.TryName(canonical, out var property))
        {
            ConfigMetadata.Read(key, property, value, _draft, _errors);
        }
        else
        {
            var name = canonical[RouteMetadata.CanonicalPrefix.Length..];
            var hint = KongSettings.HintFor(name)
                ?? NearestName.Hint(SettingNames.Suggestions, name, KafkaConsumeMetadata.Prefix);
            _errors.Add($"{Shown.Plain(key)} is not a known key.{hint}");
        }
    }

    private void ReadSetting(Setting setting, string key, string? value, bool milliseconds)
    {
        if (_draft.Note(setting, key) is { } other)
        {
            _draft.Doubt(setting);
            _errors.Add($"{Shown.Plain(other)} and {Shown.Plain(key)} are the same setting: keep one of them.");
            return;
        }

        if (value is null)
        {
            _draft.Doubt(setting);
            ReportNull(key, CanonicalName.Of(key));
            return;
        }

        List<string> faults = [];
        if (!setting.Read(value, milliseconds, _draft, faults))
        {
            _draft.Doubt(setting);
            _errors.AddRange(faults.Select(fault => $"{Shown.Plain(key)} = {Shown.Quoted(value)} {fault}"));
        }
    }

    private void ReportNull(string key, string canonical)
    {
        _nested |= canonical == RouteMetadata.CanonicalPrefix;
        var meant = SettingTable.All.FirstOrDefault(setting =>
            canonical != RouteMetadata.CanonicalPrefix && CanonicalName.Of(setting.Key).StartsWith(canonical, StringComparison.Ordinal));
        var example = canonical.StartsWith(ConfigMetadata.CanonicalPrefix, StringComparison.Ordinal)
            ? $"\"{KafkaConsumeMetadata.ConfigPrefix}fetch.min.bytes\": \"1\""
            : $"\"{meant?.Key ?? KafkaConsumeMetadata.ConsumerGroupMode}\": \"{meant?.Example ?? "manual"}\"";
        _errors.Add($"{Shown.Plain(key)} has no value. Metadata is flat: nested objects, and keys with ':', arrive without one. Write {example}.");
    }

    private RouteMetadataResult Finish()
    {
        List<string> warnings = [];
        if (_draft.KeyOf(SettingTable.Topics) is null && !_nested)
        {
            _errors.Add($"{KafkaConsumeMetadata.Topics} is missing: name at least one topic, "
                + $"\"{KafkaConsumeMetadata.Topics}\": \"{SettingTable.Topics.Example}\".");
        }

        _draft.Options = _draft.Options with
        {
            Config = _draft.Properties.ToDictionary(property => property.Key, property => property.Value.Value, StringComparer.Ordinal),
        };
        RouteRules.Check(_draft, _errors, warnings);
        return new RouteMetadataResult(_errors.Count == 0 ? Settle(_draft.Options) : null, Named(_errors), Named(warnings));
    }

    private KafkaRoute Settle(KafkaRouteOptions options)
    {
        var topics = options.Topics.Order(StringComparer.Ordinal).ToArray();
        var group = RouteRules.GroupModeOf(options);
        return new KafkaRoute
        {
            RouteId = _routeId,
            Options = options,
            Topics = topics,
            GroupId = group switch
            {
                KafkaConsumerGroupMode.None => null,
                KafkaConsumerGroupMode.Random => ConsumerGroupName.For(_routeId, topics),
                _ => options.ConsumerGroupId ?? ConsumerGroupName.For(_routeId, topics),
            },
            AllowSeek = options.AllowSeek ?? group == KafkaConsumerGroupMode.None,
        };
    }

    private string[] Named(List<string> texts) => [.. texts.Select(text => $"Route {Shown.Quoted(_routeId)}: {text}")];
}
