namespace KafkaConsume.Yarp.Configuration;

/// <summary>One row of the table of options for the whole gateway.</summary>
internal abstract class GatewaySetting
{
    /// <summary>Gets the path in the section <c>KafkaConsume</c>, which is also the one in <see cref="KafkaConsumeOptions"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the option in one sentence.</summary>
    public required string Description { get; init; }

    /// <summary>Gets what holds without the option, where that is not simply a value.</summary>
    public string? DefaultNote { get; init; }

    public abstract ValueFormat Format { get; }

    public abstract string Default { get; }

    /// <summary>Reads a value into the options, or adds what is wrong with it.</summary>
    public abstract void Read(string text, KafkaConsumeOptions options, ICollection<string> faults);
}
