using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>The groups of routes that did not name one, and of users.</summary>
internal static class ConsumerGroupName
{
    private const int MaxUserLength = 200;

    /// <summary>Gives a <c>group.id</c> that is the same on all replicas and after every restart, as long as the route reads the same topics.</summary>
    public static string For(string routeId, IEnumerable<string> sortedTopics)
    {
        // A line break cannot be part of a topic's name, so no two lists read alike.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{routeId}\n{string.Join('\n', sortedTopics)}"));
        return $"kafka-consume.{Convert.ToHexStringLower(hash.AsSpan(0, 8))}";
    }

    /// <summary>Gives a user's <c>group.id</c>: another one for each user, and for each way of telling users apart.</summary>
    /// <param name="prefix">What it begins with.</param>
    /// <param name="kind">What the user is known by; without a dot.</param>
    /// <param name="user">The user.</param>
    public static string ForUser(string prefix, string kind, string user)
    {
        var bytes = Encoding.UTF8.GetBytes(user);
        var escaped = new StringBuilder();
        foreach (var letter in bytes)
        {
            // Whatever could be read as something else is written in full, the dots between the parts included.
            _ = char.IsAsciiLetterOrDigit((char)letter) || letter is (byte)'-' or (byte)'_'
                ? escaped.Append((char)letter)
                : escaped.Append('%').Append(letter.ToString("X2", CultureInfo.InvariantCulture));
        }

        return escaped.Length <= MaxUserLength
            ? $"{prefix}.{kind}.{escaped}"
            : $"{prefix}.{kind}.sha256.{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
    }
}
