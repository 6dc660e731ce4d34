using System.Text;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>The form in which names are compared: lower case without <c>.</c>, <c>_</c> and <c>-</c>, so that all habits of spelling meet.</summary>
internal static class CanonicalName
{
    public static string Of(string name)
    {
        var letters = new StringBuilder(name.Length);
        foreach (var letter in name)
        {
            if (letter is not ('.' or '_' or '-'))
            {
                letters.Append(char.ToLowerInvariant(letter));
            }
        }

        return letters.ToString();
    }
}
