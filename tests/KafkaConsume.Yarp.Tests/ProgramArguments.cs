using System.Globalization;

namespace KafkaConsume.Yarp.Tests;

/// <summary>What was asked of the test program when it is run as another one than that of the tests: names, each with a value.</summary>
internal sealed class ProgramArguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <param name="arguments">The arguments.</param>
    /// <param name="names">The names that there are.</param>
    /// <exception cref="FormatException">There is another one, or one without a value.</exception>
    public ProgramArguments(string[] arguments, params string[] names)
    {
        foreach (var pair in arguments.Chunk(2))
        {
            if (pair is not [var name, var value] || !names.Contains(name, StringComparer.Ordinal))
            {
                throw new FormatException($"'{string.Join(' ', pair)}' is not one of {string.Join(", ", names)} with a value.");
            }

            _values[name] = value;
        }
    }

    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    /// <exception cref="FormatException">It is no whole number.</exception>
    public long Number(string name, long otherwise) =>
        _values.TryGetValue(name, out var text) ? Number(text) : otherwise;

    /// <summary>Reads a number that is a part of a value.</summary>
    /// <exception cref="FormatException">It is no whole number.</exception>
    public static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Runs a program, which says what is wrong with its arguments.</summary>
    /// <returns>Its exit code; 2 when it cannot do what it is asked for.</returns>
    public static async Task<int> RunAsync(Func<Task<int>> program)
    {
        try
        {
            return await program();
        }
        catch (FormatException failure)
        {
            await using var output = OpenOutput();
            await output.WriteLineAsync($"error: {failure.Message}");
            return 2;
        }
    }

#pragma warning disable RS0030 // This is for a program with a console, unlike a test.
    public static StreamWriter OpenOutput() => new(Console.OpenStandardOutput()) { AutoFlush = true };
#pragma warning restore RS0030
}
