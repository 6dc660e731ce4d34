namespace Harness.Reporting;

/// <summary>A table of the report. Peers are compared by its first column.</summary>
internal sealed record Section(string Title, string Note, params IReadOnlyList<Column> Columns)
{
    private static readonly Column Cost = new("microseconds", "µs CPU per delivery");
    private static readonly Column P50 = new("p50", "p50 ms");
    private static readonly Column P99 = new("p99", "p99 ms");

    public static readonly Section Paced = new(
        "Records at a pace", "Embedded cluster. All clients get each record; latency is from produce to the client's read.", Cost, P50, P99);

    public static readonly Section Full = new(
        "As fast as the server can",
        "Embedded cluster. The producer is as far ahead of the clients as a window allows.",
        new Column("perCore", "deliveries per second of CPU"),
        new Column("perSecond", "deliveries per second"),
        P99);

    public static readonly Section Idle = new(
        "Idle clients", "What a connection adds that gets nothing.", new Column("rssKb", "kB RSS per client"), new Column("liveKb", "kB live on the heap"));

    public static readonly Section Allocations = new(
        "Allocations",
        "From two numbers of clients: what grows with the clients is a delivery's, the rest is the record's.",
        new Column("perDelivery", "bytes per delivery"),
        new Column("perRecord", "bytes per record"))
    {
        IsDifference = true,
    };

    public static readonly Section Latency = new(
        "From produce to client",
        "Apache Kafka. The consumer is one Confluent.Kafka consumer with the same settings, in a process of its own.",
        P50,
        P99,
        new Column("max", "max ms"))
    {
        IsDifference = true,
    };

    public static readonly Section ByHand = new(
        "A consumer for each request", "Apache Kafka. What is written by hand most often, beside one consumer for all.", Cost, P50, P99, new Column("rssMb", "MB RSS"));

    public static readonly Section Consuming = new(
        "Reading from Kafka",
        "Apache Kafka. A transaction of many records becomes readable at once; CPU of the whole process, librdkafka's threads included.",
        new Column("microseconds", "µs CPU per record"),
        new Column("perSecond", "records per second"),
        new Column("allocated", "bytes allocated per record"));

    public static readonly Section Requests = new(
        "Requests of a group",
        "Apache Kafka. Each record goes to one client, and is committed when its answer was written; the ceiling answers with the same bytes each time.",
        new Column("requestsPerCore", "requests per second of CPU"),
        new Column("requestsPerSecond", "requests per second"),
        new Column("allocated", "bytes allocated per request"));

    public static readonly Section Batches = new(
        "Batches of a group",
        "Apache Kafka. As above, with many records in an answer; the consumer takes the same records and does nothing with them.",
        new Column("recordsPerCore", "records per second of CPU"),
        new Column("recordsPerSecond", "records per second"),
        new Column("perAnswer", "records per answer"),
        new Column("allocated", "bytes allocated per record"));

    public static readonly Section Acks = new(
        "Acknowledgements",
        "Apache Kafka. One client of a group, which settles its records; what lies between the two is what an acknowledgement costs.",
        new Column("microseconds", "µs CPU per record"),
        new Column("perSecond", "records per second"))
    {
        IsDifference = true,
    };

    public static readonly Section Cold = new(
        "The first record", "Apache Kafka. From the first request to a gateway that has just started.", new Column("milliseconds", "ms to the first record of a group"));

    public static readonly Section CatchUp = new(
        "Reading from the beginning",
        "Apache Kafka. All clients ask for the whole topic at once.",
        Cost,
        new Column("seconds", "seconds until all have all"),
        new Column("fetched", "fetched from Kafka, in sizes of the topic"));

    private static readonly Section[] All = [Paced, Full, Idle, Allocations, Latency, ByHand, Consuming, Requests, Batches, Acks, Cold, CatchUp];

    /// <summary>Gets the section with a title, or null.</summary>
    public static Section? Find(string title) => Array.Find(All, section => section.Title == title);

    /// <summary>Gets the place among the tables.</summary>
    public int Place => Array.IndexOf(All, this);

    /// <summary>Gets a value indicating whether peers are compared by what lies between them, and not by a factor.</summary>
    public bool IsDifference { get; private init; }
}
