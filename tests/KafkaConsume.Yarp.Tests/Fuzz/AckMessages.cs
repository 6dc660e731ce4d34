using System.Globalization;
using System.Text;

namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>Messages as clients may send them, and the ways in which a client's own code may get them wrong.</summary>
internal static class AckMessages
{
    private static readonly string[] Types = ["ack", "nack", "extend", "commit", "permit", "hello", "record", "Ack", "", "error"];

    private static readonly string[] Odd =
    [
        "null", "true", "false", "0", "-0", "1", "-1", "1.0", "0.5", "1e2", "1E-400", "1e999", "-1e999", "2147483647", "2147483648", "4294967296",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616", "3600", "3600.0000001", "01", "NaN", "\"\"", "\"0\"", "\"orders\"",
        "[]", "{}", "[0]", "[{}]", "[[[[[[[[[[]]]]]]]]]]", """{"a":{"a":{"a":{"a":{"a":{"a":{"a":{}}}}}}}}""", "\"\\ud800\"", "\"\\udc00x\"", "\"\\u0000\"", "\"a\u0000b\"", "\"\uFEFF\"",
        "\"\ud83d\ude00\"", "'single'", "undefined", "",
    ];

    private static readonly string[] Names =
        ["type", "records", "batch", "topic", "partition", "offset", "through", "offsets", "nextOffset", "delay", "reason", "count", "TYPE", "", "\\u0074ype", "\\ud800", "batch\\u0000"];

    public static byte[] Next(FuzzRandom random, AckVocabulary words)
    {
        switch (random.Below(40))
        {
            case 0:
                return random.Bytes(random.Below(64));
            case 1:
                return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(random.Pick((string[])["[", "{\"a\":", "[{\"records\":", "\"", "{\"type\":\"ack\",\"records\":["]), random.Below(2_000))));
            case 2:
                return [.. Message(random, words), .. Message(random, words)];
            default:
                return random.OneIn(2) ? Message(random, words) : ByteMutations.Apply(random, Message(random, words));
        }
    }

    private static byte[] Message(FuzzRandom random, AckVocabulary words)
    {
        var members = Members(random, words);
        while (random.OneIn(3))
        {
            Change(random, members);
        }

        return Encoding.UTF8.GetBytes(Object(random, members));
    }

    private static List<(string Name, string Value)> Members(FuzzRandom random, AckVocabulary words)
    {
        switch (random.Below(12))
        {
            case 0:
                return [("batch", Batch(random, words))];
            case 1:
                return [("type", "\"ack\""), ("batch", Batch(random, words))];
            case 2 or 3:
                return [("type", "\"ack\""), ("records", Records(random, words, "offset"))];
            case 4 or 5:
                return [("type", "\"ack\""), .. Id(random, words, "through")];
            case 6:
                return [("type", "\"nack\""), ("records", Records(random, words, "offset")), ("delay", random.Pick((string[])["0", "5", "0.25", "3600"])), ("reason", Reason(random))];
            case 7:
                return [("type", "\"nack\""), ("batch", Batch(random, words))];
            case 8:
                return [("type", "\"extend\""), random.OneIn(2) ? ("batch", Batch(random, words)) : ("records", Records(random, words, "offset"))];
            case 9:
                return [("type", "\"permit\""), ("count", random.OneIn(2) ? "100" : random.Pick(Odd))];
            case 10:
                return [("type", $"\"{random.Pick(Types)}\""), (random.Pick(Names), random.Pick(Odd))];
            default:
                return [("type", "\"commit\""), ("offsets", Records(random, words, "nextOffset"))];
        }
    }

    private static void Change(FuzzRandom random, List<(string Name, string Value)> members)
    {
        var at = random.Below(members.Count + 1);
        switch (random.Below(6))
        {
            case 0 when at < members.Count:
                members.RemoveAt(at);
                break;
            case 1 when at < members.Count:
                members[at] = (members[at].Name, random.Pick(Odd));
                break;
            case 2 when at < members.Count:
                members[at] = (random.Pick(Names), members[at].Value);
                break;
            case 3 when at < members.Count:
                members.Insert(random.Below(members.Count + 1), (members[at].Name, random.OneIn(2) ? members[at].Value : random.Pick(Odd)));
                break;
            case 4:
                members.Insert(at, (random.Pick(Names), random.Pick(Odd)));
                break;
            case 5 when random.OneIn(20):
                members.Insert(at, (new string('n', random.Below(20_000)), $"\"{new string('v', random.Below(20_000))}\""));
                break;
            default:
                members.Reverse();
                break;
        }
    }

    private static string Records(FuzzRandom random, AckVocabulary words, string offsetName)
    {
        var count = random.OneIn(400) ? 1_000 + random.Below(600) : 1 + random.Below(4);
        return $"[{string.Join(random.OneIn(20) ? " ,\n" : ",", Enumerable.Range(0, count).Select(_ => Record(random, words, offsetName)))}]";
    }

    private static string Record(FuzzRandom random, AckVocabulary words, string offsetName)
    {
        List<(string, string)> members = [.. Id(random, words, offsetName)];
        if (random.OneIn(40))
        {
            Change(random, members);
        }

        return Object(random, members);
    }

    private static (string, string)[] Id(FuzzRandom random, AckVocabulary words, string offsetName)
    {
        var (topic, partition, offset) = random.Pick(words.Records);
        offset += (offsetName == "nextOffset" ? 1 : 0) + (random.OneIn(4) ? random.Below(9) - 4 : 0);
        return
        [
            ("topic", random.OneIn(40) ? random.Pick(Odd) : $"\"{topic}\""),
            ("partition", random.OneIn(40) ? random.Pick(Odd) : partition.ToString(CultureInfo.InvariantCulture)),
            (offsetName, random.OneIn(20) ? random.Pick(Odd) : random.OneIn(40) ? "0" : offset.ToString(CultureInfo.InvariantCulture)),
        ];
    }

    private static string Batch(FuzzRandom random, AckVocabulary words) => random.OneIn(8) ? random.Pick(Odd) : $"\"{random.Pick(words.Batches)}\"";

    private static string Reason(FuzzRandom random) => random.OneIn(30) ? $"\"{string.Concat(Enumerable.Repeat("\ud83d\ude00", 600))}\"" : random.OneIn(4) ? random.Pick(Odd) : "\"no\"";

    private static string Object(FuzzRandom random, List<(string Name, string Value)> members)
    {
        var (space, colon) = random.OneIn(20) ? (" \r\n\t", " : ") : ("", ":");
        return $"{{{space}{string.Join($",{space}", members.Select(member => $"\"{member.Name}\"{colon}{member.Value}"))}{space}}}";
    }
}
