using System.Diagnostics.CodeAnalysis;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>One of a few values, compared in canonical form. The first spelling of a value is its normal one.</summary>
internal sealed class ChoiceFormat<T>(params (string Name, T Value)[] choices) : ValueFormat<T>
    where T : notnull
{
    private readonly (string Canonical, T Value)[] _known = [.. choices.Select(choice => (CanonicalName.Of(choice.Name), choice.Value))];

    public override string Type => "choice";

    public override string Accepted { get; } = "one of " + string.Join(", ", choices
        .GroupBy(choice => choice.Value)
        .Select(value => value.Count() == 1 ? value.First().Name : $"{value.First().Name} (or {string.Join(", ", value.Skip(1).Select(choice => choice.Name))})"));

    public override bool TryRead(string text, ICollection<string> faults, [MaybeNullWhen(false)] out T value)
    {
        var canonical = CanonicalName.Of(text.Trim());
        foreach (var known in _known)
        {
            if (known.Canonical == canonical)
            {
                value = known.Value;
                return true;
            }
        }

        faults.Add($"must be {Accepted}.{NearestName.Hint(choices.Select(choice => choice.Name), text)}");
        value = default;
        return false;
    }

    public override string Write(T value)
    {
        foreach (var choice in choices)
        {
            if (choice.Value.Equals(value))
            {
                return choice.Name;
            }
        }

        // Not a value of the enumeration: what is written is refused when it is read.
        return value.ToString() ?? "";
    }
}
