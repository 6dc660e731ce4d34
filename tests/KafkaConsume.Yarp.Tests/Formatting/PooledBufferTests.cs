using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KafkaConsume.Yarp.Formatting;

namespace KafkaConsume.Yarp.Tests.Formatting;

public sealed class PooledBufferTests
{
    [Fact]
    public void Write_InPiecesOfAllSizes_KeepsEveryByte()
    {
        var random = new Random(1);
        var expected = new List<byte>();
        using var buffer = new PooledBuffer();
        for (var run = 0; run < 200; run++)
        {
            var piece = new byte[random.Next(3000)];
            random.NextBytes(piece);
            expected.AddRange(piece);
            if (run % 2 == 0)
            {
                buffer.Write(piece);
            }
            else
            {
                piece.CopyTo(buffer.GetMemory(piece.Length).Span);
                buffer.Advance(piece.Length);
            }
        }

        buffer.WrittenSpan.ToArray().Should().Equal(expected);
        buffer.WrittenMemory.Length.Should().Be(buffer.Length);
    }

    [Fact]
    public void GetSpan_WithoutHint_IsNeverEmpty()
    {
        using var buffer = new PooledBuffer();
        for (var i = 0; i < 10; i++)
        {
            var room = buffer.GetSpan();
            room.IsEmpty.Should().BeFalse();
            buffer.Advance(room.Length);
        }
    }

    [Fact]
    public void Advance_BeyondTheRoom_Throws()
    {
        using var buffer = new PooledBuffer();
        var room = buffer.GetSpan(1).Length;

        FluentActions.Invoking(() => buffer.Advance(room + 1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => buffer.Advance(-1)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Truncate_ThenWrite_GoesOnFromThere()
    {
        using var buffer = new PooledBuffer();
        buffer.Write("keep drop"u8);

        buffer.Truncate(4);
        buffer.Write("ing"u8);

        buffer.WrittenSpan.SequenceEqual("keeping"u8).Should().BeTrue();
        FluentActions.Invoking(() => buffer.Truncate(8)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Clear_AfterOneHugeWrite_DoesNotHoldItsMemory()
    {
        using var buffer = new PooledBuffer();
        buffer.Write(new byte[4 * 1024 * 1024]);

        buffer.Clear();

        buffer.Length.Should().Be(0);
        buffer.GetSpan(1).Length.Should().BeLessThan(1024 * 1024);
    }

    [Fact]
    public void Clear_AfterOneHugeWrite_LeavesTheArrayToTheCollectorAndNotToThePool()
    {
        using var buffer = new PooledBuffer();
        var array = WriteAndClear(buffer);

        GC.Collect();

        array.IsAlive.Should().BeFalse();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference WriteAndClear(PooledBuffer buffer)
    {
        buffer.Write(new byte[8 * 1024 * 1024]);
        MemoryMarshal.TryGetArray(buffer.WrittenMemory, out var segment).Should().BeTrue();
        buffer.Clear();
        return new WeakReference(segment.Array);
    }

    [Fact]
    public void Dispose_Twice_GivesTheArrayBackOnce()
    {
        var buffer = new PooledBuffer();
        buffer.Write(new byte[100]);
        buffer.Dispose();
        buffer.Dispose();

        var first = ArrayPool<byte>.Shared.Rent(256);
        var second = ArrayPool<byte>.Shared.Rent(256);

        second.Should().NotBeSameAs(first);
        buffer.Length.Should().Be(0);
    }
}
