namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>Keeps worlds for as long as nothing that may have changed them has happened: most inputs are refused before they come so far.</summary>
internal sealed class Worlds
{
    private readonly Dictionary<KafkaCommitStrategy, AckWorld> _worlds = [];

    public AckWorld Get(KafkaCommitStrategy strategy)
    {
        if (!_worlds.TryGetValue(strategy, out var world))
        {
            _worlds.Add(strategy, world = new AckWorld(strategy));
        }

        return world;
    }

    public void Drop(AckWorld world) => _worlds.Remove(world.Strategy);
}
