using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace KafkaConsume.Yarp.Tailing;

/// <summary>The sources that clients read from now, one for each distinct key; those that nobody reads are closed after a while.</summary>
internal sealed class TailCatalog : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TailSourceKey, Entry> _sources = [];
    private readonly Dictionary<string, CatchUpPool> _pools = new(StringComparer.Ordinal);
    private readonly KafkaClusterCatalog _clusters;
    private readonly KafkaConsumeOptions _options;
    private readonly TimeProvider _time;
    private readonly TailMemory _memory;
    private readonly ILoggerFactory _loggers;
    private readonly ITimer _timer;

    public TailCatalog(KafkaClusterCatalog clusters, IOptions<KafkaConsumeOptions> options, TimeProvider time, ILoggerFactory loggers)
    {
        _clusters = clusters;
        _options = options.Value;
        _time = time;
        _memory = TailMemory.Of(_options.Tail, time);
        _loggers = loggers;
        _timer = time.CreateTimer(static state => ((TailCatalog)state!).Sweep(), this, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    public TailSubscription Subscribe(KafkaRoute route, KafkaConnection connection)
    {
        var key = TailSourceKey.Of(route, connection);
        lock (_gate)
        {
            if (!_sources.TryGetValue(key, out var entry) || entry.Source.IsEnded)
            {
                var logger = _loggers.CreateLogger<TailSource>();
                entry = new Entry(new TailSource(key, _clusters.Get(connection), _options, _memory, logger));
                _sources[key] = entry;
            }

            if (!_pools.TryGetValue(connection.Key, out var pool))
            {
                pool = new CatchUpPool(connection, _options.CatchUpConsumers, _options.IsConsumePortable, _memory, _loggers);
                _pools.Add(connection.Key, pool);
            }

            entry.Readers++;
            return new TailSubscription(entry.Source, pool, entry.Released ??= () => Release(entry));
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            foreach (var entry in _sources.Values)
            {
                entry.Source.Dispose();
            }

            foreach (var pool in _pools.Values)
            {
                pool.Dispose();
            }

            _sources.Clear();
            _pools.Clear();
        }
    }

    private void Release(Entry entry)
    {
        lock (_gate)
        {
            entry.Readers--;
            entry.LastUse = _time.GetTimestamp();
        }
    }

    private void Sweep()
    {
        lock (_gate)
        {
            foreach (var (key, entry) in _sources)
            {
                if (entry.Source.IsEnded || (entry.Readers == 0 && _time.GetElapsedTime(entry.LastUse) >= _options.ConsumerIdleTimeout))
                {
                    entry.Source.Dispose();
                    _sources.Remove(key);
                }
            }

            foreach (var pool in _pools.Values)
            {
                pool.Sweep(_options.ConsumerIdleTimeout);
            }
        }
    }

    private sealed class Entry(TailSource source)
    {
        public TailSource Source { get; } = source;

        public int Readers { get; set; }

        /// <summary>Gets or sets what each reader does at its end: one for all, since there are many.</summary>
        public Action? Released { get; set; }

        public long LastUse { get; set; }
    }
}
