using System.Diagnostics;

namespace Gateway;

/// <summary>A shop's day without end: orders come in, are paid, packed, shipped and delivered, and some are cancelled.</summary>
internal sealed class OrderStream(Random random)
{
    private const int UsuallyOpen = 24;

    private static readonly (string Sku, string Name, decimal Price)[] Products =
    [
        ("TEA-104", "Sencha, 250 g", 14.90m),
        ("TEA-117", "Darjeeling first flush, 100 g", 18.50m),
        ("POT-021", "Cast iron teapot", 64.00m),
        ("CUP-008", "Porcelain cup, set of 4", 39.00m),
        ("KET-003", "Kettle with thermometer", 89.90m),
        ("INF-012", "Glass infuser", 12.40m),
        ("CAD-005", "Tea caddy", 21.00m),
        ("WSK-002", "Bamboo whisk", 16.80m),
    ];

    private readonly List<(OrderEvent Order, ActivityTraceId Trace)> _open = [];
    private int _lastNumber = 10_000;

    /// <summary>Makes the next thing happen; the trace is the one of the whole order.</summary>
    public (OrderEvent Order, ActivityTraceId Trace) Next()
    {
        var isNew = _open.Count == 0 || random.Next(2 * UsuallyOpen) >= _open.Count + (UsuallyOpen / 2);
        return isNew ? Open() : Advance(random.Next(_open.Count));
    }

    private (OrderEvent Order, ActivityTraceId Trace) Open()
    {
        OrderItem[] items =
        [
            .. random.GetItems(Products, random.Next(1, 4)).DistinctBy(product => product.Sku, StringComparer.Ordinal)
                .Select(product => new OrderItem(product.Sku, product.Name, random.Next(1, 4), product.Price)),
        ];

        var order = new OrderEvent
        {
            OrderId = $"o-{++_lastNumber}",
            CustomerId = $"c-{random.Next(100, 160)}",
            Status = "created",
            Items = items,
            Currency = "EUR",
            Total = items.Sum(item => item.Quantity * item.Price),
        };

        _open.Add((order, ActivityTraceId.CreateRandom()));
        return _open[^1];
    }

    private (OrderEvent Order, ActivityTraceId Trace) Advance(int index)
    {
        var (order, trace) = _open[index];
        var status = order.Status switch
        {
            "created" => random.Next(10) == 0 ? "cancelled" : "paid",
            "paid" => "packed",
            "packed" => "shipped",
            _ => "delivered",
        };

        var changed = (order with { Status = status, PreviousStatus = order.Status }, trace);
        if (status is "cancelled" or "delivered")
        {
            _open.RemoveAt(index);
        }
        else
        {
            _open[index] = changed;
        }

        return changed;
    }
}
