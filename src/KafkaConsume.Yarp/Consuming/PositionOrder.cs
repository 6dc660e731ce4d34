namespace KafkaConsume.Yarp.Consuming;

/// <summary>Compares positions: the next offset of every partition, in the order of one map.</summary>
internal static class PositionOrder
{
    /// <summary>Says whether one is further than the other in any partition.</summary>
    public static bool IsAnyAbove(ReadOnlySpan<long> left, ReadOnlySpan<long> right)
    {
        for (var index = 0; index < left.Length; index++)
        {
            if (left[index] > right[index])
            {
                return true;
            }
        }

        return false;
    }
}
