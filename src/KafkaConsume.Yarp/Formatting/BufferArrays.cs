using System.Buffers;

namespace KafkaConsume.Yarp.Formatting;

/// <summary>
/// Arrays that come from the shared pool and go back to it, unless they are large: the pool keeps arrays of up to a gigabyte until it
/// feels like letting go of them, and what one huge record has taken is to be free as soon as the record has gone.
/// </summary>
internal static class BufferArrays
{
    private const int MaxPooled = 4 * 1024 * 1024;

    public static byte[] Rent(int size) => size <= MaxPooled ? ArrayPool<byte>.Shared.Rent(size) : GC.AllocateUninitializedArray<byte>(size);

    public static void Return(byte[] array)
    {
        if (array.Length is > 0 and <= MaxPooled)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
