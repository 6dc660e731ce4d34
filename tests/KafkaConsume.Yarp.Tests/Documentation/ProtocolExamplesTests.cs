using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace KafkaConsume.Yarp.Tests.Documentation;

/// <summary>The page docs/protocol.md shows what golden files hold, and golden files hold what clients get.</summary>
public sealed partial class ProtocolExamplesTests
{
    private static readonly string Page = Repository.Read("docs/protocol.md");

    public static TheoryData<int> Lines => [.. Example.In(Page).Select(example => example.Line)];

    [Theory]
    [MemberData(nameof(Lines))]
    public void Example_OfThePage_IsAsInItsGoldenFile(int line)
    {
        var example = Example.In(Page).Single(example => example.Line == line);

        example.Golden.Should().NotBeNull("the example at line {0} needs a comment <!-- golden: file section --> before it", line);
        var golden = GoldenSection.Read(example.Golden!, example.Section);
        Normal(example, example.Text).Should().Be(Normal(example, golden), "this is what clients get");
    }

    [Fact]
    public void Problems_OfGoldenFiles_AreInThePagesTable()
    {
        var types = Directory.EnumerateFiles(Repository.PathOf("tests/KafkaConsume.Yarp.Tests/Golden"))
            .SelectMany(file => ProblemType().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["type"].Value)
            .Distinct(StringComparer.Ordinal)
            .ToList();

        types.Should().NotBeEmpty();
        types.Should().AllSatisfy(type => Page.Should().Contain($"| `{type}` |"));
    }

    /// <summary>JSON may be laid out over several lines in the page; all else is compared as it is.</summary>
    private static string Normal(Example example, string text) =>
        example.Language == "json" ? JsonNode.Parse(text)!.ToJsonString() : text;

    [GeneratedRegex("urn:kafka-consume:problems/(?<type>[a-z-]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ProblemType();
}
