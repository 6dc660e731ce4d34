namespace Harness.Kafka;

/// <summary>Where records go.</summary>
internal interface IRecordTarget : IDisposable
{
    /// <summary>Hands over so many records, together where there are several.</summary>
    void Produce(int burst, int valueBytes);

    /// <summary>Waits until all are there.</summary>
    void Flush();
}
