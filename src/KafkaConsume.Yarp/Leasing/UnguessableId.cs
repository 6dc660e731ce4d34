using System.Buffers.Text;
using System.Security.Cryptography;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>Names for what belongs to one client, that no other client can guess.</summary>
internal static class UnguessableId
{
    /// <summary>How many characters a name has.</summary>
    public const int Length = Bytes / 3 * 4;

    private const int Bytes = 18;

    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
}
