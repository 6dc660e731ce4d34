namespace KafkaConsume.Yarp;

/// <summary>The names under which the library can be observed.</summary>
public static class KafkaConsumeTelemetry
{
    /// <summary>The meter's name: add it to OpenTelemetry's metrics with <c>AddMeter</c>.</summary>
    public const string MeterName = "KafkaConsume.Yarp";
}
