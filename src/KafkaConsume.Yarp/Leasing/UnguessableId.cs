using System.Buffers.Text;
using System.Security.Cryptography;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>Names for what belongs to one client, that no other client can guess.</summary>
internal static class UnguessableId
{
    private const int Bytes = 16;

    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
}
