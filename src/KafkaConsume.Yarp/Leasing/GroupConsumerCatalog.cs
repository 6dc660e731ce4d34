using System.Runtime.CompilerServices;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>The group members of this gateway: made for the first request, kept between requests, closed when none has come for a while.</summary>
internal sealed partial class GroupConsumerCatalog : IAsyncDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeaveTime = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<GroupConsumerKey, Entry> _entries = [];
    private readonly List<Entry> _leaving = [];
    private readonly ConditionalWeakTable<KafkaRoute, GroupConsumerKey> _keys = [];
    private readonly KafkaClusterCatalog _clusters;
    private readonly DeadLetterProducerCatalog _deadLetters;
    private readonly GatewayMetrics _metrics;
    private readonly ReplicaIdentity _replica;
    private readonly KafkaConsumeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<GroupConsumer> _logger;
    private readonly ITimer _sweep;
    private bool _isClosed;

    public GroupConsumerCatalog(
        KafkaClusterCatalog clusters,
        DeadLetterProducerCatalog deadLetters,
        GatewayMetrics metrics,
        ReplicaIdentity replica,
        IOptions<KafkaConsumeOptions> options,
        TimeProvider time,
        ILogger<GroupConsumer> logger)
    {
        _clusters = clusters;
        _deadLetters = deadLetters;
        _metrics = metrics;
        _replica = replica;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _sweep = time.CreateTimer(static state => ((GroupConsumerCatalog)state!).Sweep(), this, SweepInterval, SweepInterval);
    }

    /// <summary>Gets the consumer of a route's group, made if there is none, for the length of a request.</summary>
    /// <exception cref="KafkaProblemException">The gateway stops, or the route has as many users as it may.</exception>
    public GroupLease Acquire(KafkaRoute route, KafkaConnection connection, string groupId)
    {
        var key = KeyOf(route, connection, groupId);
        lock (_gate)
        {
            if (_isClosed)
            {
                throw new KafkaProblemException(KafkaProblem.Unavailable("The gateway stops."));
            }

            if (!_entries.TryGetValue(key, out var entry))
            {
                if (route.HasUserGroups && _entries.Values.Count(other => other.Routes.Contains(route)) >= route.Options.ConsumerGroupMaxUsers)
                {
                    throw new KafkaProblemException(TooManyUsers());
                }

                entry = new Entry(key, Start(key, GroupMembership.Of(key, connection, route)));
                _entries.Add(key, entry);
            }

            entry.Routes.Add(route);
            entry.Users++;
            return new GroupLease(entry.Consumer, () => Release(entry));
        }
    }

    /// <summary>
    /// Gets the consumer of a route's group if there is one, for the length of a request; be it one that leaves the group, and waits for what
    /// clients say about the records that they have.
    /// </summary>
    public GroupLease? Find(KafkaRoute route, KafkaConnection connection, string groupId)
    {
        lock (_gate)
        {
            var key = KeyOf(route, connection, groupId);
            if ((_entries.GetValueOrDefault(key) ?? _leaving.FindLast(leaving => leaving.Key == key)) is not { } entry)
            {
                return null;
            }

            entry.Users++;
            return new GroupLease(entry.Consumer, () => Release(entry));
        }
    }

    /// <summary>Closes the consumers that only a route used which is no more, and releases the requests that wait there.</summary>
    public Task RetireAsync(KafkaRoute route)
    {
        lock (_gate)
        {
            return Task.WhenAll(_entries.Values.Where(entry => entry.Routes.Remove(route) && entry.Routes.Count == 0).ToArray().Select(Close));
        }
    }

    /// <summary>
    /// Closes all consumers. Nothing is handed out any more, and clients have <see cref="KafkaConsumeOptions.ShutdownTimeout"/> to finish
    /// with what they have. What has not left its group soon after that ends by itself, or with the process.
    /// </summary>
    public async Task CloseAsync()
    {
        var deadline = _options.ShutdownTimeout + LeaveTime;
        Task[] closing;
        lock (_gate)
        {
            _isClosed = true;
            _sweep.Dispose();
            foreach (var entry in _entries.Values.ToArray())
            {
                _ = Close(entry);
            }

            closing = [.. _leaving.Select(entry => entry.Left)];
        }

        try
        {
            await Task.WhenAll(closing).WaitAsync(deadline, _time);
        }
        catch (TimeoutException)
        {
            Log.NotClosed(_logger, closing.Count(task => !task.IsCompleted), deadline);
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    private KafkaProblem TooManyUsers() => new(
        StatusCodes.Status429TooManyRequests, "too-many-users", "As many users as may be are reading this already.")
    {
        RetryAfter = _options.ConsumerIdleTimeout / 2,
    };

    private GroupConsumerKey KeyOf(KafkaRoute route, KafkaConnection connection, string groupId)
    {
        if (!_keys.TryGetValue(route, out var key) || key.ConnectionKey != connection.Key || key.GroupId != groupId)
        {
            key = GroupConsumerKey.Of(route, connection, groupId);
            _keys.AddOrUpdate(route, key);
        }

        return key;
    }

    private GroupConsumer Start(GroupConsumerKey key, GroupMembership membership) => GroupConsumer.Start(
        key.Rules with { ReplicaMark = _replica.Mark },
        key.Reset,
        membership,
        _clusters.Get(membership.Connection),
        _deadLetters.Get(membership.Connection),
        _metrics,
        _options,
        _time,
        _logger);

    private void Release(Entry entry)
    {
        lock (_gate)
        {
            entry.Users--;
            entry.IdleSince = _time.GetTimestamp();
        }
    }

    private void Sweep()
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Values.ToArray())
            {
                if (entry.Users == 0 && _time.GetElapsedTime(entry.IdleSince) >= _options.ConsumerIdleTimeout && !entry.Consumer.IsLeasing)
                {
                    _ = Close(entry);
                }
                else
                {
                    entry.Consumer.Tick();
                }
            }
        }
    }

    private Task Close(Entry entry)
    {
        _entries.Remove(entry.Key);
        _leaving.Add(entry);
        return entry.Left = LeaveAsync(entry);
    }

    private async Task LeaveAsync(Entry entry)
    {
        await entry.Consumer.CloseAsync(_options.ShutdownTimeout);
        lock (_gate)
        {
            _leaving.Remove(entry);
        }
    }

    private sealed class Entry(GroupConsumerKey key, GroupConsumer consumer)
    {
        public GroupConsumerKey Key { get; } = key;

        /// <summary>Gets or sets the end of leaving the group, once it has begun.</summary>
        public Task Left { get; set; } = Task.CompletedTask;

        public GroupConsumer Consumer { get; } = consumer;

        public HashSet<KafkaRoute> Routes { get; } = new(ReferenceEqualityComparer.Instance);

        public int Users { get; set; }

        public long IdleSince { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Count} consumers have not left their groups within {Deadline}", EventName = nameof(NotClosed))]
        public static partial void NotClosed(ILogger logger, int count, TimeSpan deadline);
    }
}
