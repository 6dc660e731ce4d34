namespace KafkaConsume.Yarp.Configuration;

/// <summary>An option for the whole gateway with a value of one type.</summary>
/// <param name="format">How the value is written.</param>
/// <param name="get">Takes the value out of the options.</param>
/// <param name="set">Puts the value into the options.</param>
internal sealed class GatewaySetting<T>(ValueFormat<T> format, Func<KafkaConsumeOptions, T> get, Action<KafkaConsumeOptions, T> set) : GatewaySetting
    where T : notnull
{
    public override ValueFormat Format => format;

    public override string Default => format.Write(get(new KafkaConsumeOptions()));

    public override void Read(string text, KafkaConsumeOptions options, ICollection<string> faults)
    {
        if (format.TryRead(text, faults, out var value))
        {
            set(options, value);
        }
    }
}
