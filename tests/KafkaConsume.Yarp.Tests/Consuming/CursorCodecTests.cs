using System.Text;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Tests.Consuming;

public sealed class CursorCodecTests
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static readonly Guid SomeId = new("0d1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7");

    [Fact]
    public void Encode_KnownPositions_IsTheTextOfEveryRelease()
    {
        var map = new PartitionMap([new("orders", SomeId, 3), new("payments", Guid.Empty, 1)]);

        // Clients keep cursors across upgrades: if this text changes, the version must.
        CursorCodec.Encode(map, [42, 0, 1L << 40, 7]).Should().Be("AeiCr2ms8kTOA1RTgICAgIBA1PHquAAAAAABDo0s05s");
    }

    [Fact]
    public void Decode_WhatEncodeWrote_GivesBackThePositions()
    {
        var random = new Random(1);
        for (var run = 0; run < 3000; run++)
        {
            var map = RandomMap(random);
            var positions = RandomPositions(random, map.Count);

            var text = CursorCodec.Encode(map, positions);
            var result = CursorCodec.Decode(map, text);

            result.IsValid.Should().BeTrue("run {0} gave {1}", run, result.Error);
            result.Positions.Should().Equal(positions);
            result.RecreatedTopics.Should().BeEmpty();
            result.NewPartitions.Should().BeEmpty();
        }
    }

    [Fact]
    public void Encode_IntoBytes_IsTheSameTextAndAllocatesNothing()
    {
        var map = new PartitionMap([new("orders", SomeId, 12)]);
        var positions = RandomPositions(new Random(2), 12);
        var destination = new byte[CursorCodec.GetMaxLength(map)];
        CursorCodec.Encode(map, positions, destination);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var length = CursorCodec.Encode(map, positions, destination);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        allocated.Should().Be(0);
        Encoding.ASCII.GetString(destination, 0, length).Should().Be(CursorCodec.Encode(map, positions));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Encode_FiveHundredPartitionsWithLargeOffsets_FitsInto4096Characters(int topics)
    {
        var map = new PartitionMap([.. Enumerable.Range(0, topics).Select(i => new TopicPartitions($"topic-{i}", Guid.NewGuid(), 500 / topics))]);
        var random = new Random(3);
        var positions = Enumerable.Range(0, 500).Select(i => i % 2 == 0 ? random.NextInt64((1L << 40) + 1) : (i % 4) / 2 * (1L << 40)).ToArray();

        var text = CursorCodec.Encode(map, positions);

        text.Length.Should().BeLessThanOrEqualTo(4096);
        CursorCodec.Decode(map, text).Positions.Should().Equal(positions);
    }

    [Fact]
    public void Encode_LargestOffsets_StaysWithinMaxLength()
    {
        var map = new PartitionMap([new("orders", SomeId, 4)]);
        long[] positions = [long.MaxValue, 0, long.MaxValue, 0];

        var text = CursorCodec.Encode(map, positions);

        text.Length.Should().BeLessThanOrEqualTo(CursorCodec.GetMaxLength(map));
        CursorCodec.Decode(map, text).Positions.Should().Equal(positions);
    }

    [Fact]
    public void Encode_PositionsThatAreNotOnesOfTheMap_Throws()
    {
        var map = PartitionMapTests.CreateMap(("orders", 2));

        FluentActions.Invoking(() => CursorCodec.Encode(map, [1])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => CursorCodec.Encode(map, [1, -1])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => CursorCodec.Encode(map, [1, 1], new byte[10])).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Decode_AnyOtherCharacterAnywhere_IsInvalid()
    {
        var map = new PartitionMap([new("orders", SomeId, 3), new("payments", Guid.Empty, 1)]);
        var text = CursorCodec.Encode(map, [42, 7, 1L << 40, 300]);
        foreach (var position in Enumerable.Range(0, text.Length))
        {
            foreach (var character in Alphabet + "=+/ %\0\n\u0100\ud800")
            {
                var changed = text[..position] + character + text[(position + 1)..];

                CursorCodec.Decode(map, changed).IsValid.Should().Be(changed == text, "of {0}", changed);
            }
        }
    }

    [Fact]
    public void Decode_CutOrLengthenedOrShuffled_IsInvalid()
    {
        var random = new Random(4);
        for (var run = 0; run < 20_000; run++)
        {
            var map = RandomMap(random);
            var text = CursorCodec.Encode(map, RandomPositions(random, map.Count));
            var changed = Tamper(random, text);

            CursorCodec.Decode(map, changed).IsValid.Should().Be(changed == text, "of {0} from {1}", changed, text);
        }
    }

    [Fact]
    public void Decode_RandomText_IsInvalidAndNeverThrows()
    {
        var random = new Random(5);
        for (var run = 0; run < 20_000; run++)
        {
            var map = RandomMap(random);
            var length = random.Next(64);
            var text = run % 2 == 0
                ? "AQ" + new string(random.GetItems<char>(Alphabet, length))
                : new string([.. Enumerable.Range(0, length).Select(_ => (char)random.Next(char.MaxValue + 1))]);

            CursorCodec.Decode(map, text).IsValid.Should().BeFalse("of {0}", text);
        }
    }

    [Fact]
    public void Decode_EmptyOrTooLong_SaysSo()
    {
        var map = PartitionMapTests.CreateMap(("orders", 2));

        CursorCodec.Decode(map, "").Error.Should().Contain("empty");
        CursorCodec.Decode(map, new string('A', CursorCodec.MaxCharacters + 1)).Error.Should().Contain("long");
        CursorCodec.Decode(map, new string('A', CursorCodec.MaxCharacters)).Error.Should().Contain("version");
    }

    [Theory]
    [InlineData("=")]
    [InlineData("==")]
    [InlineData(" ")]
    [InlineData("%3D")]
    public void Decode_PaddedOrSpaced_IsInvalid(string suffix)
    {
        var map = PartitionMapTests.CreateMap(("orders", 2));
        var text = CursorCodec.Encode(map, [1, 2]);

        CursorCodec.Decode(map, text + suffix).IsValid.Should().BeFalse();
        CursorCodec.Decode(map, suffix + text).IsValid.Should().BeFalse();
    }

    private static PartitionMap RandomMap(Random random) => new([..
        Enumerable.Range(0, random.Next(1, 5)).Select(i =>
            new TopicPartitions($"t{i}", RandomId(random), random.Next(random.Next(2) == 0 ? 4 : 40)))]);

    private static Guid RandomId(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return random.Next(2) == 0 ? Guid.Empty : new Guid(bytes);
    }

    private static long[] RandomPositions(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.NextInt64() >> random.Next(63))];

    private static string Tamper(Random random, string text)
    {
        var at = random.Next(text.Length);
        var other = random.Next(text.Length);
        var noise = new string(random.GetItems<char>(Alphabet, random.Next(1, 5)));
        return random.Next(5) switch
        {
            0 => text[..at],
            1 => text.Remove(at, 1),
            2 => text.Insert(at, noise),
            3 => text + noise,
            _ => Swap(text, at, other),
        };
    }

    private static string Swap(string text, int at, int other)
    {
        var characters = text.ToCharArray();
        (characters[at], characters[other]) = (characters[other], characters[at]);
        return new string(characters);
    }
}
