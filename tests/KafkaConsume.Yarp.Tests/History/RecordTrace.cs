namespace KafkaConsume.Yarp.Tests.History;

/// <summary>What a history has told of one record so far.</summary>
internal sealed class RecordTrace
{
    public const int Never = int.MaxValue;

    public bool IsProduced { get; set; }

    public long Hash { get; set; }

    /// <summary>Gets or sets the event by which the record came last to a client, or -1.</summary>
    public int DeliveredAt { get; set; } = -1;

    /// <summary>Gets or sets how many events there were when what came last had not been handed out yet.</summary>
    public int HandedAfter { get; set; }

    /// <summary>Gets or sets a time before what came last was handed out.</summary>
    public TimeSpan HandedTime { get; set; }

    public int Attempt { get; set; }

    /// <summary>Gets or sets who has got it last; null when that is not clear.</summary>
    public HistorySession? Holder { get; set; }

    /// <summary>Gets or sets for which <see cref="PartitionTrace.Epoch"/> somebody surely has it, or -1.</summary>
    public int HeldEpoch { get; set; } = -1;

    /// <summary>Gets or sets a value indicating whether what came last may come again: its client refused it, or is gone.</summary>
    public bool MayComeAgain { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether its client refused it when its time may have been up: it may have been on its way to the same client
    /// again by then, so that this is what was refused.
    /// </summary>
    public bool IsRefusedLate { get; set; }

    /// <summary>Gets or sets the first event by which somebody acknowledged it who was not refused.</summary>
    public int AckedAt { get; set; } = Never;

    /// <summary>Gets or sets the first event by which it was put aside.</summary>
    public int GivenUpAt { get; set; } = Never;

    /// <summary>Gets a value indicating whether it is put aside at some time.</summary>
    public bool IsGivenUp => GivenUpAt != Never;

    /// <summary>Gets or sets a value indicating whether it is to be found among the dead letters in the end.</summary>
    public bool IsDeadLetter { get; set; }

    /// <summary>Gets or sets how often it surely was handed out during <see cref="SeenEpoch"/>.</summary>
    public int Seen { get; set; }

    public int SeenEpoch { get; set; }

    /// <summary>Gets or sets how often it may have failed.</summary>
    public int PossibleFailures { get; set; }

    /// <summary>Gets or sets how often it was surely refused during <see cref="FailuresEpoch"/>.</summary>
    public int Failures { get; set; }

    public int FailuresEpoch { get; set; }
}
