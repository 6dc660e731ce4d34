using System.Reflection;
using KafkaConsume.Yarp.Configuration;

namespace KafkaConsume.Yarp.Tests.Configuration;

public sealed class SettingTableTests
{
    [Fact]
    public void Keys_InCanonicalForm_AreAllDifferent()
    {
        var keys = SettingTable.All.SelectMany(SettingNames.KeysOf)
            .Concat(KafkaPropertyTable.All.SelectMany(property => property.Aliases.Append(property.Name)).Select(name => KafkaConsumeMetadata.ConfigPrefix + name));

        keys.Select(CanonicalName.Of).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Keys_OfSettings_NeverReadAsProperties()
    {
        SettingTable.All.SelectMany(SettingNames.KeysOf).Select(CanonicalName.Of)
            .Should().NotContain(key => key.StartsWith(ConfigMetadata.CanonicalPrefix, StringComparison.Ordinal));
    }

    [Fact]
    public void Constants_AreTheKeysOfTheTable()
    {
        var constants = typeof(KafkaConsumeMetadata).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!);

        constants.Should().BeEquivalentTo(SettingTable.All.SelectMany(SettingNames.KeysOf)
            .Except(SettingTable.All.SelectMany(setting => setting.Aliases), StringComparer.Ordinal)
            .Append(KafkaConsumeMetadata.Prefix).Append(KafkaConsumeMetadata.ConfigPrefix));
    }

    [Fact]
    public void Examples_AreAcceptedByTheirSettings()
    {
        foreach (var setting in SettingTable.All)
        {
            List<string> faults = [];
            setting.Format.Normalize(setting.Example, faults).Should().NotBeNull(setting.Key);
            faults.Should().BeEmpty();
        }
    }

    [Fact]
    public void KongSpellings_AreKeysHere()
    {
        foreach (var kong in SettingTable.All.Select(setting => setting.Kong).OfType<string>())
        {
            var key = CanonicalName.Of("KafkaConsume." + kong.Replace("[].name", "", StringComparison.Ordinal));
            SettingNames.TryFind(key, out _, out _).Should().BeTrue(kong);
        }
    }

    [Fact]
    public void Options_EachPropertyHasASetting()
    {
        // One property is many keys, and one key has no property.
        var settings = SettingTable.All.Count - 1;

        typeof(KafkaRouteOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Should().HaveCount(settings + 1);
    }
}
