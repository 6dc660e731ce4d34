using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace KafkaConsume.Yarp;

/// <summary>What is true for the whole gateway: the section <c>KafkaConsume</c>, or <c>AddKafkaConsume(options => …)</c>.</summary>
public sealed class KafkaConsumeOptions
{
    /// <summary>Gets or sets how long a Kafka consumer is kept after its last client has gone.</summary>
    /// <value>1 second to 1 hour. The default is 60 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ConsumerIdleTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets what is kept in memory of the topics that broadcast clients read.</summary>
    [ValidateObjectMembers]
    public KafkaTailOptions Tail { get; } = new();

    /// <summary>Gets or sets how many Kafka consumers may read for clients that are behind the tail, on each connection.</summary>
    /// <value>1 to 64. The default is 4.</value>
    [Range(1, 64)]
    public int CatchUpConsumers { get; set; } = 4;

    /// <summary>Gets or sets how long one write to a client may take before its connection is cut.</summary>
    /// <value>1 second to 10 minutes. The default is 10 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how long a request waits for Kafka before it is answered with 503 (streams open and wait on).</summary>
    /// <value>100 milliseconds to 1 minute. The default is 5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan KafkaTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets how long a gateway that stops, or a route that is removed, waits for clients to acknowledge the records that they have.
    /// Nothing is handed out meanwhile. The host must not be given less (<c>HostOptions.ShutdownTimeout</c>, 30 seconds by default), and two
    /// seconds more for leaving the groups.
    /// </summary>
    /// <value>0 to 10 minutes. The default is 3 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Gets or sets this replica's name: clients of groups hear from <c>KafkaConsume-Owner</c> who has handed them their records, and takes
    /// their acknowledgements. Everybody sees it.
    /// </summary>
    /// <value>Up to 64 of the characters <c>A-Z a-z 0-9 . _ -</c>. The default is empty: a new name at each start, of eight random digits.</value>
    [RegularExpression("^[A-Za-z0-9._-]{0,64}$")]
    public string InstanceName { get; set; } = "";

    /// <summary>Gets or sets the cookie that carries the same name, for a load balancer to go by.</summary>
    /// <value>Up to 64 of the characters <c>A-Z a-z 0-9 . _ -</c>. The default is empty: no cookie.</value>
    [RegularExpression("^[A-Za-z0-9._-]{0,64}$")]
    public string OwnerCookie { get; set; } = "";

    /// <summary>Gets or sets how often topics that are being read are compared with what Kafka has. 30 seconds; less in tests.</summary>
    internal TimeSpan TopicWatchInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets a value indicating whether broadcast records are read through Confluent.Kafka alone, as they are where librdkafka cannot be called.</summary>
    internal bool IsConsumePortable { get; set; }
}
