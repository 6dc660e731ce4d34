namespace KafkaConsume.Yarp.Leasing;

/// <summary>Pauses that grow.</summary>
internal static class Doubling
{
    /// <summary>Gets a pause that doubles each time, up to a longest one.</summary>
    /// <param name="first">The pause of the first time.</param>
    /// <param name="times">How often it has been doubled.</param>
    /// <param name="longest">The longest.</param>
    public static TimeSpan Of(TimeSpan first, int times, TimeSpan longest)
    {
        var pause = first;
        for (var time = 0; time < times && pause > TimeSpan.Zero && pause < longest; time++)
        {
            pause *= 2;
        }

        return pause < longest ? pause : longest;
    }
}
