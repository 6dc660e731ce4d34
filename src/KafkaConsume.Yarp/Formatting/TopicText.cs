using System.Text;
using System.Text.Json;

namespace KafkaConsume.Yarp.Formatting;

/// <summary>The property <c>topic</c> of the topics that a thread has formatted records of, encoded once for each.</summary>
internal sealed class TopicText
{
    /// <summary>Far more than anybody reads: what is kept has a bound.</summary>
    private const int MaxTopics = 1000;

    private readonly Dictionary<string, byte[]> _texts = new(StringComparer.Ordinal);
    private string? _lastTopic;
    private byte[] _last = [];

    public ReadOnlySpan<byte> Of(string topic)
    {
        if (!ReferenceEquals(topic, _lastTopic))
        {
            _last = Find(topic);
            _lastTopic = topic;
        }

        return _last;
    }

    private byte[] Find(string topic)
    {
        if (!_texts.TryGetValue(topic, out var text))
        {
            if (_texts.Count == MaxTopics)
            {
                _texts.Clear();
            }

            text = Encoding.UTF8.GetBytes($"\"topic\":\"{JsonEncodedText.Encode(topic, JsonNames.WriterOptions.Encoder)}\"");
            _texts.Add(topic, text);
        }

        return text;
    }
}
