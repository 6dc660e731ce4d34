namespace KafkaConsume.Yarp.Tests.Configuration;

public sealed class ConfigurationDocumentTests
{
    [Fact]
    public void Document_IsWhatTheTablesSay()
    {
        var path = Path.Combine(RepositoryRoot(), "docs", "configuration.md");
        var document = ConfigurationDocument.Markdown();
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, document);
        }

        File.Exists(path).Should().BeTrue();
        File.ReadAllText(path).Should().Be(document, "docs/configuration.md is generated: run the tests with UPDATE_DOCS=1 to write it anew");
    }

    private static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "KafkaConsume.Yarp.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new DirectoryNotFoundException("The tests run inside the repository.");
    }
}
