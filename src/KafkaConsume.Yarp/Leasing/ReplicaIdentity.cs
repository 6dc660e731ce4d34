using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>Which of the gateway's replicas this one is.</summary>
internal sealed class ReplicaIdentity
{
    private const int MarkBytes = 6;
    private const int RandomBytes = 4;

    public ReplicaIdentity(IOptions<KafkaConsumeOptions> options)
    {
        // The machine's name would be unique too, but is not for everybody to know.
        Name = options.Value.InstanceName is { Length: > 0 } name ? name : RandomNumberGenerator.GetHexString(2 * RandomBytes, lowercase: true);
        Mark = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(Name)).AsSpan(0, MarkBytes));
    }

    public string Name { get; }

    /// <summary>Gets what the names of all its batches begin with, so that another replica sees that they are not its own.</summary>
    public string Mark { get; }
}
