namespace Gateway;

/// <summary>What happened to an order: the value of a record, as JSON.</summary>
internal sealed record OrderEvent
{
    public required string OrderId { get; init; }

    public required string CustomerId { get; init; }

    public required string Status { get; init; }

    public string? PreviousStatus { get; init; }

    public required IReadOnlyList<OrderItem> Items { get; init; }

    public required string Currency { get; init; }

    public required decimal Total { get; init; }
}
