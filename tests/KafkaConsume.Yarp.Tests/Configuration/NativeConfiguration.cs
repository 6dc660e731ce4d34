using System.Runtime.InteropServices;
using System.Text;
using KafkaConsume.Embedded;

namespace KafkaConsume.Yarp.Tests.Configuration;

/// <summary>What librdkafka itself says about a property.</summary>
internal static class NativeConfiguration
{
    private const int Unknown = -2;
    private const int Invalid = -1;

    static NativeConfiguration() =>
        NativeLibrary.SetDllImportResolver(typeof(NativeConfiguration).Assembly, LibrdkafkaResolver.Resolve);

    public static bool Knows(string name) => Set(name, "1", out _) != Unknown;

    /// <summary>Gives why a value is refused, or null where it is taken, or would be in a build with all features.</summary>
    public static string? Refusal(string name, string value) =>
        Set(name, value, out var error) is Invalid or Unknown && !error.Contains("not supported in this build", StringComparison.Ordinal) ? error : null;

    private static int Set(string name, string value, out string error)
    {
        var configuration = New();
        try
        {
            var text = new byte[512];
            var result = Set(configuration, Encoding.UTF8.GetBytes(name + '\0'), Encoding.UTF8.GetBytes(value + '\0'), text, text.Length);
            error = Encoding.UTF8.GetString(text).TrimEnd('\0');
            return result;
        }
        finally
        {
            Destroy(configuration);
        }
    }

    [DllImport("librdkafka", EntryPoint = "rd_kafka_conf_new")]
    private static extern nint New();

    [DllImport("librdkafka", EntryPoint = "rd_kafka_conf_set")]
    private static extern int Set(nint configuration, byte[] name, byte[] value, byte[] error, nint size);

    [DllImport("librdkafka", EntryPoint = "rd_kafka_conf_destroy")]
    private static extern void Destroy(nint configuration);
}
