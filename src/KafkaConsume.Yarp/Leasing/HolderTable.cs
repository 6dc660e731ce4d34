namespace KafkaConsume.Yarp.Leasing;

/// <summary>Who has records, by user: what a user has is found without looking at what others have.</summary>
internal sealed class HolderTable
{
    private readonly Dictionary<string, HashSet<RecordHolder>> _byUser = new(StringComparer.Ordinal);

    /// <summary>Gets what a user has; null stands for everybody who has not logged in.</summary>
    public IReadOnlyCollection<RecordHolder> Of(string? user) => _byUser.TryGetValue(Key(user), out var holders) ? holders : [];

    /// <summary>Takes note that a holder has got or given back a record.</summary>
    public void Update(RecordHolder holder)
    {
        var key = Key(holder.User);
        if (holder.Records.Count == 1)
        {
            if (!_byUser.TryGetValue(key, out var holders))
            {
                _byUser.Add(key, holders = []);
            }

            holders.Add(holder);
        }
        else if (holder.Records.Count == 0 && _byUser.TryGetValue(key, out var holders) && holders.Remove(holder) && holders.Count == 0)
        {
            _byUser.Remove(key);
        }
    }

    // No user's name is empty: each begins with what kind of name it is.
    private static string Key(string? user) => user ?? "";
}
