using System.Text.RegularExpressions;

namespace KafkaConsume.Yarp.Tests.Architecture;

/// <summary>The rules of the house as functions from files to what is wrong with them.</summary>
internal static partial class HouseRules
{
    public const int MaxLines = 250;

    private const int MatchTimeout = 10_000; // Milliseconds.
    private const string RootNamespace = "KafkaConsume.Yarp";

    private static readonly string[] EmptyWords = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utilities"];

    /// <summary>A folder uses the root and folders that sort before it; the root uses no folder.</summary>
    public static IEnumerable<string> Arrows(IReadOnlyCollection<SourceFile> files)
    {
        var stages = files.Select(file => file.Stage).Where(stage => stage.Length > 0).Distinct(StringComparer.Ordinal).ToArray();
        return files.SelectMany(file => stages
            .Where(stage => string.CompareOrdinal(stage, file.Stage) > 0 && Uses(file.Code, stage))
            .Select(stage => $"{file.Path} uses {stage}, which comes after {(file.Stage.Length == 0 ? "the root" : file.Stage)}"));
    }

    /// <summary>What a file uses stands in the file.</summary>
    public static IEnumerable<string> GlobalUsings(IEnumerable<SourceFile> files) =>
        files.Where(file => GlobalUsing().IsMatch(file.Code)).Select(file => $"{file.Path} has a global using");

    /// <summary>The namespace is the folder.</summary>
    public static IEnumerable<string> Namespaces(IEnumerable<SourceFile> files)
    {
        foreach (var file in files)
        {
            var expected = file.Folder.Length == 0 ? RootNamespace : $"{RootNamespace}.{file.Folder.Replace('/', '.')}";
            var declared = Namespace().Matches(file.Code).Select(match => match.Groups["name"].Value).ToArray();
            if (declared is not [var only] || !string.Equals(only, expected, StringComparison.Ordinal))
            {
                yield return $"{file.Path} has namespace {string.Join(" and ", declared)}, not {expected}";
            }
        }
    }

    /// <summary>What users see lies in the root.</summary>
    public static IEnumerable<string> PublicTypes(IEnumerable<SourceFile> files) =>
        from file in files
        where file.Folder.Length > 0
        from type in file.Types
        where type.IsPublic
        select $"{file.Path} declares the public {type.Kind} {type.Name} outside of the root";

    /// <summary>Nobody derives from an internal type that was not made for it.</summary>
    public static IEnumerable<string> OpenTypes(IEnumerable<SourceFile> files) =>
        from file in files
        from type in file.Types
        where type is { IsPublic: false, IsOpen: true }
        select $"{file.Path} declares the {type.Kind} {type.Name}, which is neither sealed nor static nor abstract";

    /// <summary>One type a file, and the file has its name.</summary>
    public static IEnumerable<string> OneTypePerFile(IEnumerable<SourceFile> files) =>
        from file in files
        where file.Types is not [var only] || !string.Equals(only.Name, file.TypeName, StringComparison.Ordinal)
        select $"{file.Path} declares {string.Join(", ", file.Types.Select(type => type.Name))}";

    /// <summary>A name says what a type does.</summary>
    public static IEnumerable<string> EmptyNames(IEnumerable<SourceFile> files) =>
        from file in files
        from type in file.Types
        where EmptyWords.Any(word => type.Name.EndsWith(word, StringComparison.Ordinal))
        select $"{file.Path} declares {type.Name}";

    /// <summary>A file is read in one go.</summary>
    public static IEnumerable<string> Sizes(IEnumerable<SourceFile> files) =>
        files.Where(file => file.Lines > MaxLines).Select(file => $"{file.Path} has {file.Lines} lines");

    // By its full name, in a using or not, or by the name that it has inside of the root's namespace.
    private static bool Uses(string code, string stage) =>
        Regex.IsMatch(
            code,
            $@"\bKafkaConsume\s*\.\s*Yarp\s*\.\s*{stage}\b|(?<![\w.]){stage}\s*\.\s*[A-Z]",
            RegexOptions.ExplicitCapture,
            TimeSpan.FromMilliseconds(MatchTimeout));

    [GeneratedRegex(@"\bglobal\s+using\b", RegexOptions.ExplicitCapture, MatchTimeout)]
    private static partial Regex GlobalUsing();

    [GeneratedRegex(@"\bnamespace\s+(?<name>[\w.]+)", RegexOptions.ExplicitCapture, MatchTimeout)]
    private static partial Regex Namespace();
}
