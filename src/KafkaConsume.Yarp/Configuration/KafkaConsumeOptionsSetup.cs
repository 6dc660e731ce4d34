using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>Fills the gateway's options from the section <c>KafkaConsume</c>, and finds everything in it that is wrong or unknown.</summary>
internal sealed class KafkaConsumeOptionsSetup(IConfiguration? configuration = null)
    : IConfigureOptions<KafkaConsumeOptions>, IValidateOptions<KafkaConsumeOptions>
{
    public void Configure(KafkaConsumeOptions options) => Read(options);

    public ValidateOptionsResult Validate(string? name, KafkaConsumeOptions options)
    {
        var errors = Read(new KafkaConsumeOptions());
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private List<string> Read(KafkaConsumeOptions options)
    {
        List<string> errors = [];
        foreach (var section in configuration?.GetSection(ConfigurationSections.Root).GetChildren() ?? [])
        {
            if (!section.Key.Equals(ConfigurationSections.Connections, StringComparison.OrdinalIgnoreCase))
            {
                Read(section, options, errors);
            }
        }

        return errors;
    }

    private static void Read(IConfigurationSection section, KafkaConsumeOptions options, List<string> errors)
    {
        var path = Shown.Plain(section.Path);
        var name = section.Path[(ConfigurationSections.Root.Length + 1)..];
        var setting = GatewaySettingTable.All.FirstOrDefault(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (setting is null)
        {
            ReadGroup(section, name, options, errors);
            return;
        }

        if (section.GetChildren().Any())
        {
            errors.Add($"{path} must be a value: {setting.Format.Accepted}.");
            return;
        }

        // An empty value is how a later source takes back what an earlier one said.
        if (!string.IsNullOrEmpty(section.Value))
        {
            List<string> faults = [];
            setting.Read(section.Value, options, faults);
            errors.AddRange(faults.Select(fault => $"{path} = {Shown.Quoted(section.Value)} {fault}"));
        }
    }

    /// <summary>Reads a section of settings that belong together, or finds that there is none of this name.</summary>
    private static void ReadGroup(IConfigurationSection section, string name, KafkaConsumeOptions options, List<string> errors)
    {
        var path = Shown.Plain(section.Path);
        if (!GatewaySettingTable.All.Any(known => known.Name.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase)))
        {
            var known = GatewaySettingTable.All.Select(known => known.Name).Append(ConfigurationSections.Connections);
            errors.Add($"{path} is not a known setting.{NearestName.Hint(known, name)}");
        }
        else if (!string.IsNullOrEmpty(section.Value))
        {
            errors.Add($"{path} must be a section, not a value.");
        }
        else
        {
            foreach (var child in section.GetChildren())
            {
                Read(child, options, errors);
            }
        }
    }
}
