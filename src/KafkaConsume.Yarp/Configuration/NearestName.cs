namespace KafkaConsume.Yarp.Configuration;

/// <summary>What somebody meant who wrote a name that is not known.</summary>
internal static class NearestName
{
    // Nobody means a name of this length, and the distance takes time by the square of it.
    private const int MaxLength = 80;

    /// <summary>Finds the known name that is nearest in canonical form, or null where none is near.</summary>
    public static string? Among(IEnumerable<string> known, string written)
    {
        var wanted = CanonicalName.Of(written);
        if (wanted.Length is 0 or > MaxLength)
        {
            return null;
        }

        string? nearest = null;
        var least = Math.Min(1 + (wanted.Length / 5), 3) + 1;
        foreach (var name in known)
        {
            var distance = Distance(wanted, CanonicalName.Of(name));
            if (distance < least)
            {
                (nearest, least) = (name, distance);
            }
        }

        return nearest;
    }

    /// <summary>Gives " Did you mean 'X'?" for the end of an error, or nothing.</summary>
    public static string Hint(IEnumerable<string> known, string written, string prefix = "") =>
        Among(known, written) is { } name ? $" Did you mean '{prefix}{name}'?" : "";

    // Optimal string alignment: letters left out, put in, mistaken, or two swapped count one each.
    private static int Distance(string left, string right)
    {
        var before = new int[right.Length + 1];
        var last = new int[right.Length + 1];
        var row = new int[right.Length + 1];
        for (var column = 0; column <= right.Length; column++)
        {
            last[column] = column;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = left[i - 1] == right[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(last[j], row[j - 1]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            (before, last, row) = (last, row, before);
        }

        return last[right.Length];
    }
}
