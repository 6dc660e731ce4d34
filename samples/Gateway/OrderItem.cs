namespace Gateway;

/// <summary>One line of an order.</summary>
internal sealed record OrderItem(string Sku, string Name, int Quantity, decimal Price);
