using System.CodeDom.Compiler;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace KafkaConsume.Yarp.Tests.Architecture;

/// <summary>The library keeps the rules of the house.</summary>
public sealed class LibraryTests
{
    private const string AddKafkaConsume = "Wiring/KafkaConsumeReverseProxyBuilderExtensions.cs";

    /// <summary>The extension methods that applications call; each stands for stages that it uses, and this is why.</summary>
    private static readonly Dictionary<string, string> Doors = new(StringComparer.Ordinal)
    {
        [AddKafkaConsume] = "AddKafkaConsume lies beside the YARP call that it continues, and is made of all stages.",
        ["KafkaRouteConfigExtensions.cs"] = "WithKafkaConsume writes the metadata that Configuration reads.",
    };

    /// <summary>Files longer than the rule allows, each with the reason.</summary>
    private static readonly Dictionary<string, string> LongFiles = new(StringComparer.Ordinal);

    private static IReadOnlyList<SourceFile> Files => SourceTree.Library;

    private static IEnumerable<SourceFile> FilesButDoors => Files.Where(file => !Doors.ContainsKey(file.Path));

    [Fact]
    public void Folders_UseOnlyWhatComesBefore() => HouseRules.Arrows([.. FilesButDoors]).Should().BeEmpty();

    [Fact]
    public void Usings_StandInTheFileThatUsesThem() => HouseRules.GlobalUsings(Files).Should().BeEmpty();

    [Fact]
    public void Namespaces_AreTheFolders() => HouseRules.Namespaces(Files.Where(file => file.Path != AddKafkaConsume)).Should().BeEmpty();

    [Fact]
    public void PublicTypes_LieInTheRoot() => HouseRules.PublicTypes(FilesButDoors).Should().BeEmpty();

    [Fact]
    public void InternalTypes_AreSealedUnlessMadeToDeriveFrom() => HouseRules.OpenTypes(Files).Should().BeEmpty();

    [Fact]
    public void Files_HoldOneTypeOfTheirName() => HouseRules.OneTypePerFile(Files).Should().BeEmpty();

    [Fact]
    public void Names_SaySomething() => HouseRules.EmptyNames(Files).Should().BeEmpty();

    [Fact]
    public void Files_AreShort() => HouseRules.Sizes(Files.Where(file => !LongFiles.ContainsKey(file.Path))).Should().BeEmpty();

    [Fact]
    public void LongFiles_AreStillLong() =>
        LongFiles.Keys.Should().BeSubsetOf(Files.Where(file => file.Lines > HouseRules.MaxLines).Select(file => file.Path));

    [Fact]
    public void Doors_AreStaticClassesThatStillNeedTheirException()
    {
        var doors = Files.Where(file => Doors.ContainsKey(file.Path)).ToList();

        doors.Should().HaveCount(Doors.Count);
        doors.Should().OnlyContain(door => door.Types[0].Modifiers.SequenceEqual(new[] { "public", "static" }));
        HouseRules.Arrows(Files).Concat(HouseRules.PublicTypes(Files)).Should().HaveCount(Doors.Count);
    }

    [Fact]
    public void AddKafkaConsume_LiesInTheNamespaceOfTheCallThatItContinues() =>
        Files.Single(file => file.Path == AddKafkaConsume).Code.Should().Contain("namespace Microsoft.Extensions.DependencyInjection;");

    [Fact]
    public void Types_OfTheAssembly_AreThoseThatTheRulesSaw()
    {
        var compiled = typeof(KafkaRouteOptions).Assembly.GetTypes()
            .Where(type => !type.IsNested && !type.IsDefined(typeof(CompilerGeneratedAttribute)) && !type.IsDefined(typeof(GeneratedCodeAttribute)))
            .Select(type => (type.Name.Split('`')[0], type.IsPublic))
            .Distinct();

        var seen = Files.SelectMany(file => file.Types).Select(type => (type.Name, type.IsPublic)).Distinct();

        compiled.Should().BeSubsetOf(seen);
        seen.Should().BeSubsetOf(compiled);
    }
}
