namespace KafkaConsume.Yarp.Tests.Architecture;

/// <summary>The library's sources, found from where the tests run.</summary>
internal static class SourceTree
{
    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<SourceFile> Library { get; } = Read(Path.Combine(Root, "src", "KafkaConsume.Yarp"));

    private static List<SourceFile> Read(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(file => new SourceFile(Path.GetRelativePath(folder, file).Replace('\\', '/'), File.ReadAllText(file))),
    ];

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "KafkaConsume.Yarp.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"There is no KafkaConsume.Yarp.sln above {AppContext.BaseDirectory}.");
    }
}
