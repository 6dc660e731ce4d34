using System.Globalization;

namespace KafkaConsume.Yarp.Tests.Delivery;

/// <summary>How much the tests of delivery try: 1 without further ado, more where <c>KAFKA_CONSUME_TEST_EFFORT</c> says so.</summary>
internal static class Effort
{
    public static int Factor { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("KAFKA_CONSUME_TEST_EFFORT"), NumberStyles.None, CultureInfo.InvariantCulture, out var factor)
            ? Math.Clamp(factor, 1, 100)
            : 1;

    /// <summary>Gets how long a scenario may take on a machine that is busy with something else.</summary>
    public static TimeSpan Patience => TimeSpan.FromMinutes(2 * Factor);
}
