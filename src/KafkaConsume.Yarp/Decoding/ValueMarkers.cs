namespace KafkaConsume.Yarp.Decoding;

/// <summary>What a reader must know of a decoded value.</summary>
[Flags]
internal enum ValueMarkers
{
    /// <summary>The value is what the decoder makes.</summary>
    None = 0,

    /// <summary>The value is a string of base64.</summary>
    Base64 = 1,

    /// <summary>The value should have been JSON but is not, and is given as text or base64.</summary>
    InvalidJson = 2,
}
