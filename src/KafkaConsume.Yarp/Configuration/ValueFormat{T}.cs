using System.Diagnostics.CodeAnalysis;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>How a type of value is read and written.</summary>
internal abstract class ValueFormat<T> : ValueFormat
    where T : notnull
{
    /// <summary>Reads a value, or adds at least one fault.</summary>
    public abstract bool TryRead(string text, ICollection<string> faults, [MaybeNullWhen(false)] out T value);

    public abstract string Write(T value);

    public sealed override string? Normalize(string text, ICollection<string> faults) =>
        TryRead(text, faults, out var value) ? Write(value) : null;
}
