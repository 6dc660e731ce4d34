namespace KafkaConsume.Yarp.Configuration;

/// <summary>One row of the table of route settings: all that the parser, the writer, the errors and the documentation know about a key.</summary>
internal abstract class Setting
{
    /// <summary>Gets the key as the documentation spells it.</summary>
    public required string Key { get; init; }

    /// <summary>Gets other keys that mean the same.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Gets the key that gives the same in milliseconds, where there is one.</summary>
    public string? MillisecondsKey { get; init; }

    /// <summary>Gets the path of the setting in Kong's plugin, where it has one.</summary>
    public string? Kong { get; init; }

    /// <summary>Gets what holds without the setting, where that is not simply a value.</summary>
    public string? DefaultNote { get; init; }

    /// <summary>Gets a value for examples.</summary>
    public required string Example { get; init; }

    /// <summary>Gets the setting in one sentence.</summary>
    public required string Description { get; init; }

    public abstract ValueFormat Format { get; }

    /// <summary>Gets the default's spelling, or null where the setting is not set by default.</summary>
    public abstract string? Default { get; }

    /// <summary>Reads a value into the draft, or adds what is wrong with it.</summary>
    public abstract bool Read(string text, bool milliseconds, RouteDraft draft, ICollection<string> faults);

    /// <summary>Gives the value's spelling, or null where it is the default and need not be written.</summary>
    public abstract string? Write(KafkaRouteOptions options);
}
