using System.Runtime.CompilerServices;
using Confluent.Kafka;

namespace KafkaConsume.Embedded;

/// <summary>Checks of arguments that the framework does not have.</summary>
internal static class Check
{
    // The cluster counts microseconds in 32 bits in places.
    private const int MaxMilliseconds = int.MaxValue / 1000;

    internal static void Range(int value, int min, int max, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (value < min || value > max)
        {
            throw new ArgumentOutOfRangeException(name, value, $"The value must be from {min} to {max}.");
        }
    }

    internal static int Milliseconds(TimeSpan value, int min = 0, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        var milliseconds = (long)value.TotalMilliseconds;
        return milliseconds >= min && milliseconds <= MaxMilliseconds && value >= TimeSpan.Zero
            ? (int)milliseconds
            : throw new ArgumentOutOfRangeException(name, value, $"The value must be from {min} to {MaxMilliseconds} milliseconds.");
    }

    internal static void Api(KafkaApi api, [CallerArgumentExpression(nameof(api))] string? name = null)
    {
        if (!Enum.IsDefined(api))
        {
            throw new ArgumentOutOfRangeException(name, api, "The cluster does not know this request.");
        }
    }

    internal static void Error(KafkaApi api, ErrorCode error, [CallerArgumentExpression(nameof(error))] string? name = null)
    {
        if (error < ErrorCode.Unknown && error != ErrorCode.Local_Transport)
        {
            throw new ArgumentException($"{error} is no error that a broker can answer with.", name);
        }

        if (api == KafkaApi.Metadata && error is not (ErrorCode.NoError or ErrorCode.Local_Transport))
        {
            throw new ArgumentException($"An answer to {api} has no place for an error: use {nameof(EmbeddedKafka.SetTopicError)}.", name);
        }
    }
}
