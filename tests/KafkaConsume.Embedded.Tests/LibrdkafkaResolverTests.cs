using System.Runtime.InteropServices;

namespace KafkaConsume.Embedded.Tests;

public sealed class LibrdkafkaResolverTests
{
    [Theory]
    [InlineData(false, "win-x64", "librdkafka")]
    [InlineData(false, "osx-arm64", "librdkafka")]
    [InlineData(true, "linux-x64", "librdkafka,centos8-librdkafka,alpine-librdkafka")]
    [InlineData(true, "ubuntu.24.04-arm64", "librdkafka,centos8-librdkafka,alpine-librdkafka")]
    [InlineData(true, "linux-musl-x64", "alpine-librdkafka,librdkafka")]
    [InlineData(true, "alpine.3.20-x64", "alpine-librdkafka,librdkafka")]
    public void Names_OfAPlatform_AreThoseOfConfluentsPackage(bool linux, string runtimeIdentifier, string names)
        => LibrdkafkaResolver.Names(linux, runtimeIdentifier).Should().Equal(names.Split(','));

    [Fact]
    public void Resolve_Librdkafka_HasTheMockCluster()
    {
        var library = LibrdkafkaResolver.Resolve(NativeMethods.Library, typeof(LibrdkafkaResolver).Assembly, searchPath: null);

        NativeLibrary.TryGetExport(library, "rd_kafka_mock_cluster_new", out _).Should().BeTrue();
    }

    [Fact]
    public void Resolve_AnyOtherLibrary_IsLeftToTheRuntime()
        => LibrdkafkaResolver.Resolve("libc", typeof(LibrdkafkaResolver).Assembly, searchPath: null).Should().Be(0);
}
