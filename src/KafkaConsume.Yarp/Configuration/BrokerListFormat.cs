using System.Globalization;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>Brokers to start from: <c>host:port</c>, separated by commas.</summary>
internal sealed class BrokerListFormat : ValueFormat<string>
{
    public override string Type => "list";

    public override string Accepted => "a list host:port,host:port";

    public override bool TryRead(string text, ICollection<string> faults, out string value)
    {
        var brokers = text.Split(',', StringSplitOptions.TrimEntries);
        value = string.Join(',', brokers);
        if (Array.TrueForAll(brokers, IsBroker))
        {
            return true;
        }

        faults.Add($"must be {Accepted}, with a port from 1 to 65535 for each broker (an IPv6 address in brackets).");
        return false;
    }

    public override string Write(string value) => value;

    private static bool IsBroker(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0
            && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port > 0
            && Uri.CheckHostName(text[..colon]) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6
            && (text[0] == '[') == text[..colon].Contains(':', StringComparison.Ordinal);
    }
}
