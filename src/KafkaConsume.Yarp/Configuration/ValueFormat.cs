namespace KafkaConsume.Yarp.Configuration;

/// <summary>How a kind of value is written: what is accepted, and its one normal spelling.</summary>
internal abstract class ValueFormat
{
    /// <summary>Gets the kind of value in one or two words, for the documentation.</summary>
    public abstract string Type { get; }

    /// <summary>Gets the accepted values, as the end of "must be …".</summary>
    public abstract string Accepted { get; }

    /// <summary>Gives the normal spelling of a value, or null after adding what is wrong with it: the end of "X = 'value' …".</summary>
    public abstract string? Normalize(string text, ICollection<string> faults);
}
