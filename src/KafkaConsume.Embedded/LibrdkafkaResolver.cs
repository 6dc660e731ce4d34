using System.Reflection;
using System.Runtime.InteropServices;

namespace KafkaConsume.Embedded;

/// <summary>Finds the librdkafka that Confluent.Kafka loads, under whichever name its package gives it.</summary>
internal static class LibrdkafkaResolver
{
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(LibrdkafkaResolver).Assembly, Resolve);

    internal static nint Resolve(string library, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (library != NativeMethods.Library)
        {
            return 0;
        }

        foreach (var name in Names(OperatingSystem.IsLinux(), RuntimeInformation.RuntimeIdentifier))
        {
            if (NativeLibrary.TryLoad(name, assembly, searchPath, out var handle))
            {
                return handle;
            }
        }

        // Zero leaves it to the runtime, whose DllNotFoundException lists the places it has looked in.
        return 0;
    }

    // The order of Confluent.Kafka: the build with Kerberos first, which loads only where libsasl2 is installed, then
    // the builds without. The build for musl is the only one that Alpine can load.
    internal static string[] Names(bool linux, string runtimeIdentifier) => (linux, runtimeIdentifier) switch
    {
        (false, _) => [NativeMethods.Library],
        (true, var rid) when rid.Contains("musl", StringComparison.Ordinal) || rid.StartsWith("alpine", StringComparison.Ordinal)
            => ["alpine-librdkafka", NativeMethods.Library],
        _ => [NativeMethods.Library, "centos8-librdkafka", "alpine-librdkafka"],
    };
}
