namespace KafkaConsume.Yarp.Tests.Architecture;

/// <summary>A file of the library as the rules see it.</summary>
/// <param name="Path">Its path below the library's folder, with slashes.</param>
/// <param name="Text">What it says.</param>
internal sealed record SourceFile(string Path, string Text)
{
    /// <summary>Gets what it says less comments, strings and preprocessor lines.</summary>
    public string Code { get; } = CSharpText.CodeOf(Text);

    /// <summary>Gets its folder with slashes, empty for the root.</summary>
    public string Folder => Path.Contains('/', StringComparison.Ordinal) ? Path[..Path.LastIndexOf('/')] : "";

    /// <summary>Gets the stage of the flow it belongs to, empty for the root.</summary>
    public string Stage => Folder.Split('/')[0];

    /// <summary>Gets the name of the type it must declare: the file's, less what stands after a dot or a brace.</summary>
    public string TypeName => Path[(Folder.Length == 0 ? 0 : Folder.Length + 1)..].Split('.', '{')[0];

    public int Lines => Text.TrimEnd('\n').Split('\n').Length;

    public IReadOnlyList<TypeDeclaration> Types => CSharpText.TypesOf(Code);
}
