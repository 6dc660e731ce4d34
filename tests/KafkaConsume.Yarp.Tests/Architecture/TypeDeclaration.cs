namespace KafkaConsume.Yarp.Tests.Architecture;

/// <summary>A type that a file declares outside of any other type.</summary>
internal sealed record TypeDeclaration(IReadOnlyList<string> Modifiers, string Kind, string Name)
{
    public bool IsPublic => Has("public");

    /// <summary>Gets whether somebody could derive from it without having been asked to.</summary>
    public bool IsOpen => Kind is "class" or "record" && !Has("sealed") && !Has("static") && !Has("abstract");

    private bool Has(string modifier) => Modifiers.Contains(modifier, StringComparer.Ordinal);
}
