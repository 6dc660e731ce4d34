using System.Security.Cryptography;
using System.Text;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>The group of a route that did not name one.</summary>
internal static class ConsumerGroupName
{
    /// <summary>Gives a <c>group.id</c> that is the same on all replicas and after every restart, as long as the route reads the same topics.</summary>
    public static string For(string routeId, IEnumerable<string> sortedTopics)
    {
        // A line break cannot be part of a topic's name, so no two lists read alike.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{routeId}\n{string.Join('\n', sortedTopics)}"));
        return $"kafka-consume.{Convert.ToHexStringLower(hash.AsSpan(0, 8))}";
    }
}
