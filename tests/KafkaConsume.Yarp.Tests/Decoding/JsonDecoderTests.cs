using System.Text;
using System.Text.Json;
using KafkaConsume.Yarp.Decoding;

namespace KafkaConsume.Yarp.Tests.Decoding;

public sealed class JsonDecoderTests
{
    [Theory]
    [InlineData("12345678901234567890.123456789012345678901234567890e+0099")]
    [InlineData("-0.0")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("\"text \\u00e9 \\ud800 \u2028\"")]
    [InlineData("{\"a\": 1.0, \"a\": [ ]}")]
    public void Write_Json_IsEmbeddedAsItIs(string json)
    {
        var (markers, text) = Decode(json);

        text.Should().Be(json);
        markers.Should().Be(ValueMarkers.None);
    }

    [Fact]
    public void Write_JsonOnSeveralLines_IsOneLine()
    {
        var (markers, text) = Decode("\r\n{\n\t\"a\": [1,\r\n2],\r\"b\": \"x\\ny\"\n}\n");

        text.Should().NotContainAny("\r", "\n");
        markers.Should().Be(ValueMarkers.None);
        using var json = JsonDocument.Parse(text);
        json.RootElement.GetProperty("a").GetArrayLength().Should().Be(2);
        json.RootElement.GetProperty("b").GetString().Should().Be("x\ny");
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("hello")]
    [InlineData("NaN")]
    [InlineData("{\"a\":1")]
    [InlineData("{\"a\":1,}")]
    [InlineData("[1] [2]")]
    [InlineData("01")]
    [InlineData("// comment\n1")]
    [InlineData("\"line\nbreak\"")]
    [InlineData("\uFEFF{}")]
    public void Write_TextThatIsNotJson_IsThatTextAndMarked(string value)
    {
        var (markers, text) = Decode(value);

        markers.Should().Be(ValueMarkers.InvalidJson);
        JsonSerializer.Deserialize<string>(text).Should().Be(value);
    }

    [Fact]
    public void Write_BytesThatAreNotUtf8_AreBase64AndMarked()
    {
        byte[] value = [(byte)'"', 0xFF, (byte)'"'];

        var (markers, text) = Decode(value);

        markers.Should().Be(ValueMarkers.InvalidJson | ValueMarkers.Base64);
        JsonSerializer.Deserialize<byte[]>(text).Should().Equal(value);
    }

    [Fact]
    public void Write_DeepJson_IsEmbeddedAsLongAsItsRecordInABatchStillParses()
    {
        var deep = new string('[', 62) + new string(']', 62);

        Decode(deep).Should().Be((ValueMarkers.None, deep));
        FluentActions.Invoking(() => JsonDocument.Parse($"[{{\"value\":{deep}}}]").Dispose()).Should().NotThrow();
        Decode($"[{deep}]").Markers.Should().Be(ValueMarkers.InvalidJson);
        Decode(new string('[', 100_000)).Markers.Should().Be(ValueMarkers.InvalidJson);
    }

    private static (ValueMarkers Markers, string Text) Decode(string value) => Decode(Encoding.UTF8.GetBytes(value));

    private static (ValueMarkers Markers, string Text) Decode(byte[] value)
    {
        using var stream = new MemoryStream();
        using var writer = new Utf8JsonWriter(stream);
        var markers = ValueDecoder.For(KafkaMessageDeserializer.Json).Write(writer, value);
        writer.Flush();
        return (markers, Encoding.UTF8.GetString(stream.ToArray()));
    }
}
