using System.Buffers.Binary;
using System.Runtime.InteropServices;
using KafkaConsume.Yarp.Consuming;

namespace KafkaConsume.Yarp.Tests.Consuming;

public sealed class NativeMessageTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(8191)]
    [InlineData(8192)]
    [InlineData(2_000_000)]
    public void MayHaveHeaders_RecordAsItCameOverTheWire_IsWhatTheNumberOfHeadersSays(int size)
    {
        foreach (var keySize in new[] { -1, 0, size })
        {
            OnTheWire(keySize, size, headers: 0).Should().BeFalse("key of {0}, value of {1}", keySize, size);
            OnTheWire(keySize, size, headers: 1).Should().BeTrue("key of {0}, value of {1}", keySize, size);
            OnTheWire(keySize, size, headers: 200).Should().BeTrue("key of {0}, value of {1}", keySize, size);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    public void MayHaveHeaders_ValueThatIsNullOrEmpty_IsTrue(int size) => OnTheWire(3, size, headers: 0).Should().BeTrue();

    /// <summary>Zeros behind a value say nothing when the value lies somewhere else.</summary>
    [Theory]
    [InlineData(-1, 0)]
    [InlineData(-1, 5)]
    [InlineData(0, 0)]
    [InlineData(3, 0)]
    [InlineData(3, 5)]
    [InlineData(3, 500)]
    public void MayHaveHeaders_KeyAndValueThatWereCopied_IsTrue(int keySize, int valueSize)
    {
        var memory = GC.AllocateArray<byte>(4096, pinned: true);
        for (var gap = 0; gap < 20; gap++)
        {
            var value = 100 + Math.Max(keySize, 0) + gap;
            MayHaveHeaders(memory, keySize < 0 ? null : 100, keySize, value, valueSize).Should().BeTrue("there are {0} bytes in between", gap);
        }
    }

    [Fact]
    public void MayHaveHeaders_RecordOfAnOlderFormat_IsTrue()
    {
        // Lengths in four bytes each.
        var memory = GC.AllocateArray<byte>(64, pinned: true);
        BinaryPrimitives.WriteInt32BigEndian(memory.AsSpan(10), 3);
        BinaryPrimitives.WriteInt32BigEndian(memory.AsSpan(17), 5);

        MayHaveHeaders(memory, 14, 3, 21, 5).Should().BeTrue();
    }

    private static bool OnTheWire(int keySize, int valueSize, int headers)
    {
        var memory = GC.AllocateArray<byte>(Math.Max(keySize, 0) + Math.Max(valueSize, 0) + 64, pinned: true);
        memory.AsSpan().Fill(0x55);
        var position = 10 + VarInt.Write(VarInt.ZigZag(keySize), memory.AsSpan(10));
        int? key = keySize < 0 ? null : position;
        position += Math.Max(keySize, 0);
        position += VarInt.Write(VarInt.ZigZag(valueSize), memory.AsSpan(position));
        int? value = valueSize < 0 ? null : position;
        position += Math.Max(valueSize, 0);
        VarInt.Write(VarInt.ZigZag(headers), memory.AsSpan(position));
        return MayHaveHeaders(memory, key, Math.Max(keySize, 0), value, Math.Max(valueSize, 0));
    }

    private static bool MayHaveHeaders(byte[] memory, int? key, int keySize, int? value, int valueSize)
    {
        Assert.SkipUnless(nint.Size == 8, "the message is laid out here as 64-bit processes have it");
        var message = GC.AllocateArray<byte>(72, pinned: true);
        Write(24, Address(memory, value));
        Write(32, valueSize);
        Write(40, Address(memory, key));
        Write(48, Math.Max(keySize, 0));
        return NativeMessage.At(Address(message, 0)).MayHaveHeaders;

        void Write(int offset, long number) => BitConverter.TryWriteBytes(message.AsSpan(offset), number);
    }

    private static nint Address(byte[] memory, int? index) => index is { } found ? Marshal.UnsafeAddrOfPinnedArrayElement(memory, found) : 0;
}
