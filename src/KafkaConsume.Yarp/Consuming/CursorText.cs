using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace KafkaConsume.Yarp.Consuming;

/// <summary>Reads base64url more strictly than the framework does: no padding, no white space, no stray bits at the end.</summary>
internal static class CursorText
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);

    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        // The last character carries bits of no byte when the text does not end on a group of four.
        var strayBits = (text.Length % 4) switch { 0 => 0, 2 => 0b1111, 3 => 0b11, _ => -1 };
        bytes = null;
        if (text.IsEmpty || strayBits < 0 || text.ContainsAnyExcept(Characters)
            || (Alphabet.IndexOf(text[^1], StringComparison.Ordinal) & strayBits) != 0)
        {
            return false;
        }

        bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        return Base64Url.TryDecodeFromChars(text, bytes, out var written) && written == bytes.Length;
    }
}
