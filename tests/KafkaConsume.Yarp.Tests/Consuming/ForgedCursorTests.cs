using System.Buffers.Binary;
using System.Buffers.Text;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Tests.Consuming;

/// <summary>Cursors with a checksum that is right and contents that are not.</summary>
public sealed class ForgedCursorTests
{
    private static readonly PartitionMap Map = PartitionMapTests.CreateMap(("orders", 2));
    private static readonly byte[] Head = [1, .. Decoded(CursorCodec.Encode(Map, [0, 0]))[1..9]];

    [Fact]
    public void Decode_SoundContents_IsValid() =>
        CursorCodec.Decode(Map, Forge([.. Head, 2, 84, 1])).Positions.Should().Equal(42, 41);

    [Theory]
    [InlineData(new byte[] { 2, 84 }, "an offset is missing")]
    [InlineData(new byte[] { 2, 84, 1, 0 }, "a byte follows")]
    [InlineData(new byte[] { 3, 84, 1, 1 }, "a partition does not exist")]
    [InlineData(new byte[] { 2, 1, 0 }, "the first offset is -1")]
    [InlineData(new byte[] { 2, 0, 1 }, "the second offset is -1")]
    [InlineData(new byte[] { 0x82, 0, 84, 1 }, "the count is longer than it need be")]
    [InlineData(new byte[] { 2, 0xD4, 0, 1 }, "the offset is longer than it need be")]
    [InlineData(new byte[] { 2, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2 }, "the second offset is 2^63")]
    [InlineData(new byte[] { 2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2 }, "the first offset is -2^63")]
    [InlineData(new byte[] { 2, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2, 0 }, "the offset has 65 bits")]
    [InlineData(new byte[] { 2, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1, 0 }, "the offset has 11 bytes")]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 1 }, "the count is 2^64 - 1")]
    [InlineData(new byte[] { }, "there is no count")]
    public void Decode_UnsoundContents_IsInvalid(byte[] contents, string because) =>
        CursorCodec.Decode(Map, Forge([.. Head, .. contents])).IsValid.Should().BeFalse(because);

    [Fact]
    public void Decode_LargestOffset_IsValid() =>
        CursorCodec.Decode(Map, Forge([.. Head, 2, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0]))
            .Positions.Should().Equal(long.MaxValue, long.MaxValue);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(255)]
    public void Decode_UnknownVersion_SaysSo(byte version) =>
        CursorCodec.Decode(Map, Forge([version, .. Head[1..], 2, 84, 1])).Error.Should().Contain("version");

    [Fact]
    public void Decode_StrayBitsAtTheEnd_IsInvalid()
    {
        var text = Forge([.. Head, 2, 84, 1]);
        (text.Length % 4).Should().NotBe(0, "only then there are bits to spare");

        var stray = text[..^1] + (char)(text[^1] + 1);

        CursorCodec.Decode(Map, stray).IsValid.Should().BeFalse();
    }

    [Fact]
    public void Decode_NothingButVersionAndChecksum_IsInvalid()
    {
        for (var length = 1; length < 9; length++)
        {
            CursorCodec.Decode(Map, Forge(Head[..length])).IsValid.Should().BeFalse();
            CursorCodec.Decode(Map, Base64Url.EncodeToString(Head.AsSpan(0, length))).IsValid.Should().BeFalse();
        }
    }

    private static string Forge(byte[] contents)
    {
        var bytes = new byte[contents.Length + CursorCodec.ChecksumSize];
        contents.CopyTo(bytes, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(contents.Length), CursorCodec.Checksum(Map.Seed, contents));
        return Base64Url.EncodeToString(bytes);
    }

    private static byte[] Decoded(string text) => Base64Url.DecodeFromChars(text);
}
