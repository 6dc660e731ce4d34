using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using KafkaConsume.Yarp.Configuration;

namespace KafkaConsume.Yarp.Tests.Documentation;

/// <summary>What pages say of settings and of each other is true.</summary>
public sealed partial class PagesTests
{
    public static TheoryData<string> Pages =>
    [
        "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/architecture.md", "docs/benchmarks.md", "docs/configuration.md", "docs/delivery.md",
        "docs/protocol.md", "samples/Gateway/README.md",
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_OfAPage_LeadSomewhere(string page)
    {
        var folder = Path.GetDirectoryName(page)!;
        foreach (var target in Link().Matches(Repository.Read(page)).Select(match => match.Groups["target"].Value))
        {
            var (path, anchor) = target.Split('#') is [var file, var heading] ? (file, heading) : (target, "");
            var linked = Path.Combine(folder, path.Length > 0 ? path : Path.GetFileName(page));

            Path.Exists(Repository.PathOf(linked)).Should().BeTrue("{0} links to {1}", page, target);
            if (anchor.Length > 0)
            {
                Anchors(Repository.Read(linked)).Should().Contain(anchor, "{0} links to {1}", page, target);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Settings_OfAPage_AreKnown(string page)
    {
        string[] known = [.. SettingTable.All.SelectMany(setting => new[] { setting.Key, setting.MillisecondsKey }).OfType<string>()];

        foreach (var key in Key().Matches(Repository.Read(page)).Select(match => match.Groups["key"].Value))
        {
            (known.Contains(key, StringComparer.Ordinal) || IsOfAnotherKind(key)).Should().BeTrue("{0} names {1}", page, key);
        }
    }

    [Fact]
    public void Routes_OfTheReadme_AreValid()
    {
        var routes = Example.In(Repository.Read("README.md"))
            .Where(example => example.Language == "json")
            .Select(example => JsonNode.Parse(example.Text)!["ReverseProxy"]?["Routes"])
            .OfType<JsonObject>()
            .SelectMany(group => group)
            .ToList();

        routes.Should().NotBeEmpty();
        foreach (var (id, route) in routes)
        {
            var metadata = route!["Metadata"]!.AsObject().ToDictionary(
                pair => pair.Key, pair => pair.Value!.GetValue<string>(), StringComparer.OrdinalIgnoreCase);
            RouteMetadataParser.Parse(id, metadata).Errors.Should().BeEmpty();
        }
    }

    // A property of librdkafka, a project, or a spelling that is shown for Kong's sake.
    private static bool IsOfAnotherKind(string key) =>
        key.StartsWith(KafkaConsumeMetadata.ConfigPrefix, StringComparison.Ordinal)
        || Directory.Exists(Repository.PathOf($"src/{key}"))
        || key is "KafkaConsume.auto_offset_reset";

    /// <summary>Names headings as GitHub does.</summary>
    private static IEnumerable<string> Anchors(string page) => Heading().Matches(page).Select(match => NotInAnchors().Replace(
        match.Groups["text"].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?<target>(?!https?:)[^)\s]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<key>KafkaConsume\.[A-Za-z_.]+[A-Za-z])`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Key();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Heading();

    [GeneratedRegex("[^a-z0-9 _-]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NotInAnchors();
}
