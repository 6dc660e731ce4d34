using System.Reflection;
using Confluent.Kafka;

namespace KafkaConsume.Yarp.Tests.Races;

/// <summary>A Kafka consumer of which a member uses no more than what is here.</summary>
public class FakeConsumer : DispatchProxy
{
    private Func<List<TopicPartition>, List<TopicPartitionOffset>> _committed = _ => [];
    private Action<List<TopicPartitionOffset>> _commit = _ => { };

    internal static IConsumer<Ignore, Ignore> Create(
        Func<List<TopicPartition>, List<TopicPartitionOffset>> committed, Action<List<TopicPartitionOffset>> commit)
    {
        var consumer = Create<IConsumer<Ignore, Ignore>, FakeConsumer>();
        ((FakeConsumer)(object)consumer)._committed = committed;
        ((FakeConsumer)(object)consumer)._commit = commit;
        return consumer;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        switch (targetMethod!.Name)
        {
            case nameof(IConsumer<,>.Committed):
                return _committed([.. (IEnumerable<TopicPartition>)args![0]!]);
            case nameof(IConsumer<,>.Commit):
                _commit([.. (IEnumerable<TopicPartitionOffset>)args![0]!]);
                return null;
            case nameof(IConsumer<,>.Pause):
            case nameof(IConsumer<,>.Resume):
                return null;
            default:
                throw new NotSupportedException(targetMethod.Name);
        }
    }
}
