using System.Globalization;
using System.Text;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>Text of somebody else inside an error: short, in quotes, and unable to start a line of its own in a log.</summary>
internal static class Shown
{
    private const int MaxLength = 100;

    public static string Quoted(string text) => $"'{Plain(text)}'";

    public static string Plain(string text)
    {
        var shown = new StringBuilder();
        foreach (var letter in text.AsSpan(0, Math.Min(text.Length, MaxLength)))
        {
            if (char.IsControl(letter) || char.IsSurrogate(letter) || letter is '\u2028' or '\u2029')
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            }
            else
            {
                shown.Append(letter);
            }
        }

        return text.Length > MaxLength ? shown.Append('…').ToString() : shown.ToString();
    }
}
