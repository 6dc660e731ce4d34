using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>Fills a named connection from its section, and finds everything that is wrong with it, wherever it came from.</summary>
internal sealed class KafkaConnectionOptionsSetup(IConfiguration? configuration = null)
    : IConfigureNamedOptions<KafkaConnectionOptions>, IValidateOptions<KafkaConnectionOptions>
{
    public void Configure(KafkaConnectionOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, KafkaConnectionOptions options)
    {
        if (name is null or "")
        {
            return;
        }

        foreach (var (property, value) in ConnectionSection.Read(ConfigurationSections.Connection(configuration, name)).Properties)
        {
            options.Config.Set(property, value);
        }
    }

    public ValidateOptionsResult Validate(string? name, KafkaConnectionOptions options)
    {
        var connection = name ?? Options.DefaultName;
        List<string> errors = [];
        if (connection.Length > 0)
        {
            errors.AddRange(ConnectionSection.Read(ConfigurationSections.Connection(configuration, connection)).Errors);
        }

        var properties = ConnectionProperties.Of(options, connection, errors);
        List<string> faults = [];
        KafkaPropertyRules.Check(properties, faults);
        errors.AddRange(faults.Select(fault => $"Connection {Shown.Quoted(connection)}: {fault}"));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
