using System.Text;

namespace KafkaConsume.Yarp.Tests.Formatting;

/// <summary>Files that hold what clients are promised, byte for byte. With UPDATE_GOLDEN=1 they are written instead of compared.</summary>
internal static class GoldenFile
{
    private static readonly string Folder = Path.Combine(FindRoot(), "tests", "KafkaConsume.Yarp.Tests", "Golden");

    public static void Check(string name, ReadOnlySpan<byte> actual)
    {
        var path = Path.Combine(Folder, name);
        if (string.Equals(Environment.GetEnvironmentVariable("UPDATE_GOLDEN"), "1", StringComparison.Ordinal))
        {
            File.WriteAllBytes(path, actual);
            return;
        }

        File.Exists(path).Should().BeTrue("the shape {0} is promised; UPDATE_GOLDEN=1 writes it", name);
        var expected = File.ReadAllBytes(path);
        if (!actual.SequenceEqual(expected))
        {
            Encoding.Latin1.GetString(actual).Should().Be(Encoding.Latin1.GetString(expected), "{0} is promised", name);
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "KafkaConsume.Yarp.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The repository was not found above the tests.");
        }

        return folder.FullName;
    }
}
