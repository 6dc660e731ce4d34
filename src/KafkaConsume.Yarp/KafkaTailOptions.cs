using System.ComponentModel.DataAnnotations;

namespace KafkaConsume.Yarp;

/// <summary>What is kept in memory of the topics that broadcast clients read: the section <c>KafkaConsume:Tail</c>.</summary>
public sealed class KafkaTailOptions
{
    /// <summary>Gets or sets how much of a topic's tail is kept for each source and wire format; clients further behind read from Kafka.</summary>
    /// <value>64 KiB to 1 GiB, in bytes. The default is 16,777,216 (16 MiB).</value>
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int MaxBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Gets or sets how long a record is kept in memory; clients further behind read from Kafka.</summary>
    /// <value>1 second to 1 hour. The default is 60 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Gets or sets how much all tails and all pieces of the past that clients share may hold together. The oldest goes first,
    /// whoever it belongs to.
    /// </summary>
    /// <value>1 MiB to 2 GiB, in bytes. The default is 268,435,456 (256 MiB).</value>
    [Range(1024 * 1024, int.MaxValue)]
    public int TotalMaxBytes { get; set; } = 256 * 1024 * 1024;
}
