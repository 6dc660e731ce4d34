using System.Security.Cryptography;
using System.Text;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>
/// A key that is equal for equal properties. It is made with a secret of this process: a plain hash would let whoever sees it try
/// passwords.
/// </summary>
internal static class ConnectionKey
{
    private static readonly byte[] Secret = RandomNumberGenerator.GetBytes(32);

    public static string Of(IReadOnlyDictionary<string, string> properties)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in properties.OrderBy(property => property.Key, StringComparer.Ordinal))
        {
            // The length keeps a value from reading like another property.
            text.Append(name).Append('=').Append(value.Length).Append(':').Append(value).Append('\n');
        }

        return Convert.ToHexStringLower(HMACSHA256.HashData(Secret, Encoding.UTF8.GetBytes(text.ToString())));
    }
}
