namespace KafkaConsume.Yarp.Tests.Documentation;

/// <summary>What a golden file, or one section of it, holds. A section begins with a line <c># name</c> or <c>: name</c>.</summary>
internal static class GoldenSection
{
    public static string Read(string golden, string? section)
    {
        var text = Repository.Read($"tests/KafkaConsume.Yarp.Tests/Golden/{golden}.txt");
        if (section is null)
        {
            return text.TrimEnd('\n');
        }

        var lines = text.Split('\n');
        var start = Array.FindIndex(lines, line => line == $"# {section}" || line == $": {section}") + 1;
        start.Should().BePositive("{0} has a section {1}", golden, section);
        var end = Array.FindIndex(lines, start, line => line.StartsWith("# ", StringComparison.Ordinal) || line.StartsWith(": ", StringComparison.Ordinal));
        return string.Join('\n', lines[start..(end < 0 ? lines.Length : end)]).TrimEnd('\n');
    }
}
