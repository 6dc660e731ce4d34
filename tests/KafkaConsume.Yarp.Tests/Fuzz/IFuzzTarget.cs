namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>Something that reads what clients send. Each input begins in a state that depends on the input's dice alone.</summary>
internal interface IFuzzTarget
{
    string Name { get; }

    /// <summary>Gets how much may be allocated whatever the input.</summary>
    long FixedBytes { get; }

    /// <summary>Gets how much more may be allocated for each byte of the input.</summary>
    long BytesPerByte { get; }

    /// <summary>Makes an input, and the state that it meets.</summary>
    byte[] Generate(FuzzRandom random);

    /// <summary>Takes the input.</summary>
    /// <param name="input">What <see cref="Generate"/> gave last.</param>
    /// <param name="allocated">How many bytes that has allocated.</param>
    /// <returns>What became of it, in a word.</returns>
    /// <exception cref="FuzzFailureException">A promise was broken. Any other exception breaks one too.</exception>
    string Run(byte[] input, out long allocated);
}
