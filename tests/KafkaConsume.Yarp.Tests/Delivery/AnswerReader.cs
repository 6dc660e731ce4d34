using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace KafkaConsume.Yarp.Tests.Delivery;

/// <summary>
/// Understands an answer of the gateway as its bytes come, in pieces of any size. Only what has come as a whole counts: a client that is
/// cut in the middle of an event, a frame or a body has not got it.
/// </summary>
internal sealed class AnswerReader(Pipeline.Transport transport)
{
    private const int LineBreak = 2;

    private readonly UnreadBytes _bytes = new();
    private readonly UnreadBytes _body = new();
    private readonly List<Received> _found = [];
    private string? _head;
    private int _chunkLeft;

    /// <summary>Gets a value indicating whether the answer has ended properly.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Takes some bytes and gives what is whole by them.</summary>
    public IReadOnlyList<Received> Read(ReadOnlySpan<byte> bytes)
    {
        _bytes.Add(bytes);
        _found.Clear();
        if (_head is null && _bytes.TryTakeUntil("\r\n\r\n"u8, out var head))
        {
            _head = Encoding.ASCII.GetString(head);
        }

        if (_head is not null)
        {
            ReadContent(_head);
        }

        return _found;
    }

    private void ReadContent(string head)
    {
        if (head.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal))
        {
            ReadFrames();
            return;
        }

        ReadBody(head);
        var isFine = head.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal);
        if (isFine && transport == Pipeline.Transport.ServerSentEvents)
        {
            ReadEvents();
        }
        else if (HasEnded)
        {
            ReadBatch(head, JsonNode.Parse(_body.Span)!, isFine);
        }
    }

    private void ReadBody(string head)
    {
        if (Header(head, "Content-Length") is not { } text)
        {
            ReadChunks();
        }
        else if (int.Parse(text, CultureInfo.InvariantCulture) is var length && _bytes.Span.Length >= length)
        {
            _body.Add(_bytes.Take(length));
            HasEnded = true;
        }
    }

    private void ReadFrames()
    {
        while (_bytes.Span is [var first, var second, ..] && !HasEnded)
        {
            var (lengthSize, length) = second switch
            {
                126 when _bytes.Span.Length >= 4 => (2, BinaryPrimitives.ReadUInt16BigEndian(_bytes.Span[2..])),
                127 when _bytes.Span.Length >= 10 => (8, checked((int)BinaryPrimitives.ReadUInt64BigEndian(_bytes.Span[2..]))),
                < 126 => (0, (int)second),
                _ => (8, int.MaxValue / 2),
            };
            if (_bytes.Span.Length < 2 + lengthSize + length)
            {
                return;
            }

            var payload = _bytes.Take(2 + lengthSize + length)[(2 + lengthSize)..];
            switch (first)
            {
                case 0x81:
                    ReadFrame(JsonNode.Parse(payload)!);
                    break;
                case 0x88:
                    HasEnded = true;
                    break;
                default:
                    first.Should().Be(0x89, "beside text and the goodbye there are only pings");
                    _found.Add(new Received(ReceivedKind.Ping, null, null) { Payload = payload.ToArray() });
                    break;
            }
        }
    }

    private void ReadFrame(JsonNode frame) => _found.Add(new Received(
        (string?)frame["type"] switch
        {
            "record" => ReceivedKind.Record,
            "gap" => ReceivedKind.Gap,
            "error" => ReceivedKind.Error,
            _ => ReceivedKind.Position,
        },
        frame,
        (string?)frame["cursor"]));

    private void ReadChunks()
    {
        while (!HasEnded && (_chunkLeft > 0 || TryReadChunkSize()) && !_bytes.Span.IsEmpty)
        {
            var taken = _bytes.Take(Math.Min(_chunkLeft, _bytes.Span.Length));
            _body.Add(taken[..Math.Min(taken.Length, Math.Max(_chunkLeft - LineBreak, 0))]);
            _chunkLeft -= taken.Length;
        }
    }

    private bool TryReadChunkSize()
    {
        if (!_bytes.TryTakeUntil("\r\n"u8, out var line))
        {
            return false;
        }

        var size = int.Parse(line, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        HasEnded = size == 0;
        _chunkLeft = size + LineBreak;
        return true;
    }

    private void ReadEvents()
    {
        while (_body.TryTakeUntil("\n\n"u8, out var text))
        {
            string? id = null;
            string? data = null;
            var kind = ReceivedKind.Record;
            foreach (var line in Encoding.UTF8.GetString(text).Split('\n'))
            {
                (id, data, kind) = line.Split(": ", 2) switch
                {
                    ["id", var value] => (value, data, kind),
                    ["data", var value] => (id, data is null ? value : data + "\n" + value, kind),
                    ["event", "gap"] => (id, data, ReceivedKind.Gap),
                    ["event", "error"] => (id, data, ReceivedKind.Error),
                    ["retry", _] or [":"] => (id, data, kind),
                    _ => throw new InvalidOperationException("No line of an event: " + line),
                };
            }

            _found.Add(new Received(data is null ? ReceivedKind.Position : kind, data is null ? null : JsonNode.Parse(data), id));
        }
    }

    private void ReadBatch(string head, JsonNode content, bool isFine)
    {
        if (!isFine)
        {
            var kind = (string?)content["type"] == "urn:kafka-consume:problems/gap" ? ReceivedKind.Gap : ReceivedKind.Refusal;
            _found.Add(new Received(kind, content, (string?)content["cursor"]));
            return;
        }

        _found.AddRange(content.AsArray().Select(record => new Received(ReceivedKind.Record, record, null)));
        _found.Add(new Received(ReceivedKind.Position, null, Header(head, "KafkaConsume-Cursor")));
    }

    private static string? Header(string head, string name) => head.Split("\r\n")
        .FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];
}
