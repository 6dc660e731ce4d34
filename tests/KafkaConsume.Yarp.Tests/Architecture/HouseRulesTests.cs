namespace KafkaConsume.Yarp.Tests.Architecture;

/// <summary>The rules find what they are there to find.</summary>
public sealed class HouseRulesTests
{
    [Theory]
    [InlineData("using KafkaConsume.Yarp.Wiring;\nnamespace KafkaConsume.Yarp.Configuration;\ninternal sealed class A;")]
    [InlineData("using static KafkaConsume.Yarp.Wiring.B;\nnamespace KafkaConsume.Yarp.Configuration;\ninternal sealed class A;")]
    [InlineData("using Short = KafkaConsume.Yarp.Wiring.B;\nnamespace KafkaConsume.Yarp.Configuration;\ninternal sealed class A;")]
    [InlineData("namespace KafkaConsume.Yarp.Configuration;\ninternal sealed class A { private KafkaConsume.Yarp.Wiring.B? _b; }")]
    [InlineData("namespace KafkaConsume.Yarp.Configuration;\ninternal sealed class A { private global::KafkaConsume.Yarp.Wiring.B? _b; }")]
    [InlineData("namespace KafkaConsume.Yarp.Configuration;\ninternal sealed class A { private Wiring.B? _b; }")]
    public void Arrows_UseOfALaterFolder_IsFound(string text)
    {
        SourceFile[] files = [new("Configuration/A.cs", text), Empty("Wiring/B.cs")];

        HouseRules.Arrows(files).Should().Equal("Configuration/A.cs uses Wiring, which comes after Configuration");
    }

    [Fact]
    public void Arrows_RootThatUsesAFolder_IsFound()
    {
        SourceFile[] files = [new("A.cs", "using KafkaConsume.Yarp.Configuration;\nnamespace KafkaConsume.Yarp;"), Empty("Configuration/B.cs")];

        HouseRules.Arrows(files).Should().Equal("A.cs uses Configuration, which comes after the root");
    }

    [Theory]
    [InlineData("using KafkaConsume.Yarp.Configuration;\nnamespace KafkaConsume.Yarp.Wiring;\ninternal sealed class A;")]
    [InlineData("namespace KafkaConsume.Yarp.Wiring;\n/* KafkaConsume.Yarp.Zone.C */ // KafkaConsume.Yarp.Zone.C\ninternal sealed class A;")]
    [InlineData("namespace KafkaConsume.Yarp.Wiring;\ninternal sealed class A { private string _c = \"KafkaConsume.Yarp.Zone.C\"; }")]
    [InlineData("namespace KafkaConsume.Yarp.Wiring;\ninternal sealed class A { private int _c = time.Zone.Length + ZoneInfo.Length; }")]
    public void Arrows_EarlierFolderOrOnlyItsName_IsFine(string text)
    {
        SourceFile[] files = [new("Wiring/A.cs", text), Empty("Configuration/B.cs"), Empty("Zone/C.cs")];

        HouseRules.Arrows(files).Should().BeEmpty();
    }

    [Fact]
    public void GlobalUsings_One_IsFound() =>
        HouseRules.GlobalUsings([new("Usings.cs", "global using KafkaConsume.Yarp.Wiring;")]).Should().ContainSingle();

    [Theory]
    [InlineData("Wiring/A.cs", "namespace KafkaConsume.Yarp;")]
    [InlineData("Wiring/Deep/A.cs", "namespace KafkaConsume.Yarp.Wiring;")]
    [InlineData("A.cs", "namespace Microsoft.Extensions.DependencyInjection;")]
    [InlineData("A.cs", "internal sealed class A;")]
    public void Namespaces_OtherThanTheFolder_AreFound(string path, string text) =>
        HouseRules.Namespaces([new SourceFile(path, text)]).Should().ContainSingle().Which.Should().StartWith(path);

    [Theory]
    [InlineData("public sealed class A;", "class A")]
    [InlineData("public delegate Task<A?> A(int b);", "delegate A")]
    [InlineData("public readonly record struct A(int B);", "struct A")]
    [InlineData("internal sealed class B { public sealed class C { } }\npublic enum A { One }", "enum A")]
    public void PublicTypes_OutsideOfTheRoot_AreFound(string declaration, string found) =>
        HouseRules.PublicTypes([In("Wiring/A.cs", declaration)]).Should().Equal($"Wiring/A.cs declares the public {found} outside of the root");

    [Fact]
    public void PublicTypes_InTheRootOrNested_AreFine() =>
        HouseRules.PublicTypes([In("A.cs", "public sealed class A;"), In("Wiring/B.cs", "internal sealed class B { public enum C { One } }")])
            .Should().BeEmpty();

    [Theory]
    [InlineData("internal class A { }")]
    [InlineData("class A { }")]
    [InlineData("internal partial class A { }")]
    [InlineData("internal record A(int B);")]
    [InlineData("internal record class A(int B);")]
    [InlineData("internal class A<T> where T : class { }")]
    public void OpenTypes_ThatAnybodyMayDeriveFrom_AreFound(string declaration) =>
        HouseRules.OpenTypes([In("Wiring/A.cs", declaration)]).Should().ContainSingle().Which.Should().Contain(" A,");

    [Theory]
    [InlineData("internal sealed class A { }")]
    [InlineData("internal abstract class A { }")]
    [InlineData("internal static partial class A { }")]
    [InlineData("internal sealed record A(string B = \"class C\");")]
    [InlineData("internal readonly record struct A(int B);")]
    [InlineData("internal ref struct A { }")]
    [InlineData("internal interface A { }")]
    [InlineData("internal enum A { One }")]
    public void OpenTypes_Closed_AreFine(string declaration) =>
        HouseRules.OpenTypes([In("Wiring/A.cs", declaration)]).Should().BeEmpty();

    [Theory]
    [InlineData("A.cs", "internal sealed class A;\ninternal enum B { One }", "A.cs declares A, B")]
    [InlineData("A.cs", "internal sealed class A<T> where T : class { }\nfile sealed class B;", "A.cs declares A, B")]
    [InlineData("A.cs", "internal sealed class B;", "A.cs declares B")]
    [InlineData("A.cs", "", "A.cs declares ")]
    public void OneTypePerFile_OthersOrNone_AreFound(string path, string declarations, string found) =>
        HouseRules.OneTypePerFile([In(path, declarations)]).Should().Equal(found);

    [Theory]
    [InlineData("A.cs", "internal sealed class A { private enum B { One } private static partial class Log { } }")]
    [InlineData("A{T}.cs", "internal sealed class A<T> where T : class { }")]
    [InlineData("A.Part.cs", "internal sealed partial class A { }")]
    [InlineData("A.cs", "[Obsolete(\"no class B\")]\ninternal sealed class A { private const char Brace = '{'; private const char Quote = '\"'; private string _b = @\"\\\"; }")]
    [InlineData("A.cs", "internal sealed class A { private string _b = \"\"\"\n  } class C { \"quoted\"\n  \"\"\"; }")]
    public void OneTypePerFile_OneWithAllThatIsInIt_IsFine(string path, string declarations) =>
        HouseRules.OneTypePerFile([In(path, declarations)]).Should().BeEmpty();

    [Fact]
    public void EmptyNames_ThatSayNothing_AreFound() =>
        HouseRules.EmptyNames([In("TopicHelper.cs", "internal static class TopicHelper;")]).Should().ContainSingle();

    [Fact]
    public void Sizes_OneLineTooMany_IsFound()
    {
        SourceFile Lines(int count) => new($"A{count}.cs", string.Concat(Enumerable.Repeat("// line\n", count)));

        HouseRules.Sizes([Lines(250), Lines(251)]).Should().Equal("A251.cs has 251 lines");
    }

    private static SourceFile Empty(string path) => In(path, "");

    private static SourceFile In(string path, string declarations)
    {
        var file = new SourceFile(path, declarations);
        return new SourceFile(path, $"namespace KafkaConsume.Yarp{(file.Folder.Length == 0 ? "" : ".")}{file.Folder};\n\n{declarations}\n");
    }
}
