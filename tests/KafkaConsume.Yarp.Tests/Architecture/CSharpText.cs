using System.Text;
using System.Text.RegularExpressions;

namespace KafkaConsume.Yarp.Tests.Architecture;

/// <summary>Reads as much C# as the rules need: where code is, and which types it declares.</summary>
internal static partial class CSharpText
{
    private const int MatchTimeout = 10_000; // Milliseconds.

    /// <summary>The text less comments, the contents of strings and characters, and preprocessor lines.</summary>
    public static string CodeOf(string text) => NotCode().Replace(
        text,
        match => match.ValueSpan[0] is '/' or '#' or ' ' or '\t' ? " " : "\"\"");

    /// <summary>The types that code declares outside of any other type.</summary>
    public static IReadOnlyList<TypeDeclaration> TypesOf(string code) =>
    [
        .. Declaration().Matches(Constraint().Replace(Outermost(code), "")).Select(match => new TypeDeclaration(
            match.Groups["modifiers"].Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
            KindOf(match.Groups["kind"].Value),
            match.Groups["name"].Value)),
    ];

    private static string KindOf(string kind) => kind.Contains("struct", StringComparison.Ordinal) ? "struct" : kind.Split(' ')[0];

    // What stands in no braces, parentheses or brackets; a file-scoped namespace has none of its own.
    private static string Outermost(string code)
    {
        var outermost = new StringBuilder();
        var depth = 0;
        foreach (var character in code)
        {
            if (character is '{' or '(' or '[')
            {
                depth++;
            }

            if (depth == 0 || (depth == 1 && character is '{'))
            {
                outermost.Append(character);
            }

            if (character is '}' or ')' or ']')
            {
                depth--;
            }
        }

        return outermost.ToString();
    }

    [GeneratedRegex(
        """
          //[^\n]*                                # a comment to the end of the line
        | /\*.*?\*/                               # a comment between marks
        | (?<=^|\n)[ \t]*\#[^\n]*                 # a preprocessor line
        | [$@]*(?<raw>"{3,}).*?\k<raw>(?!")       # a raw string
        | (?:\$?@|@\$)"(?:[^"]|"")*"              # a verbatim string
        | \$?"(?:[^"\\\n]|\\.)*"                  # a string
        | '(?:[^'\\\n]|\\.[^'\n]*)'               # a character
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        MatchTimeout)]
    private static partial Regex NotCode();

    [GeneratedRegex(@"\bwhere\s+\w+\s*:[^{;]*", RegexOptions.ExplicitCapture, MatchTimeout)]
    private static partial Regex Constraint();

    [GeneratedRegex(
        @"(?<modifiers>\b(?:(?:public|internal|private|protected|file|sealed|static|abstract|readonly|ref|partial|unsafe)\s+)*)"
        + @"(?:(?<kind>class|struct|interface|enum|record\s+class|record\s+struct|record)\s+|(?<kind>delegate)\s+[\w.<>,?\s]+\s)(?<name>\w+)",
        RegexOptions.ExplicitCapture,
        MatchTimeout)]
    private static partial Regex Declaration();
}
