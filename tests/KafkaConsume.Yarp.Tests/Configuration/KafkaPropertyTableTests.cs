using Confluent.Kafka;
using KafkaConsume.Yarp.Configuration;

namespace KafkaConsume.Yarp.Tests.Configuration;

public sealed class KafkaPropertyTableTests
{
    [Fact]
    public void Find_EveryPropertyOfConsumerConfig_IsKnownByBothNames()
    {
        foreach (var property in typeof(ConsumerConfig).GetProperties().Where(property => property.CanWrite))
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            var config = new ConsumerConfig();
            property.SetValue(config, type == typeof(string) ? "x" : Activator.CreateInstance(type));
            var name = config.Single().Key;

            var known = KafkaPropertyTable.Find(CanonicalName.Of(property.Name));

            known.Should().NotBeNull(property.Name).And.BeSameAs(KafkaPropertyTable.Find(CanonicalName.Of(name)));
            known!.Name.Should().Be(name);
        }
    }

    [Fact]
    public void Normalize_EveryValueOfConfluentsEnumerations_IsAccepted()
    {
        foreach (var property in typeof(ConsumerConfig).GetProperties().Where(property => property.CanWrite))
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (!type.IsEnum || KafkaPropertyTable.Find(CanonicalName.Of(property.Name)) is not { Refused: null } known)
            {
                continue;
            }

            foreach (var value in Enum.GetValues(type))
            {
                var config = new ConsumerConfig();
                property.SetValue(config, value);
                List<string> faults = [];

                // Both the name in C# and what Confluent.Kafka makes of it.
                var normal = known.Format.Normalize(value.ToString()!, faults);
                known.Format.Normalize(config.Single().Value, faults).Should().Be(normal, $"{property.Name}.{value}");
                faults.Should().BeEmpty();
            }
        }
    }

    [Fact]
    public void Format_LimitsOfEachNumber_AreLibrdkafkas()
    {
        foreach (var property in KafkaPropertyTable.All.Where(property => property is { Format: IntegerFormat, Refused: null }))
        {
            var words = property.Format.Accepted.Split(' ');
            var (min, max) = (long.Parse(words[^3]), long.Parse(words[^1]));

            NativeConfiguration.Refusal(property.Name, words[^3]).Should().BeNull();
            NativeConfiguration.Refusal(property.Name, words[^1]).Should().BeNull();
            if (property.Name is not ("fetch.min.bytes" or "fetch.max.bytes"))
            {
                // These two have tighter limits when a consumer is made than when the property is set.
                NativeConfiguration.Refusal(property.Name, (min - 1).ToString()).Should().NotBeNull($"{property.Name} < {min}");
            }

            if (max < int.MaxValue && property.Name is not "fetch.min.bytes")
            {
                NativeConfiguration.Refusal(property.Name, (max + 1).ToString()).Should().NotBeNull($"{property.Name} > {max}");
            }
        }
    }

    [Fact]
    public void Format_EachChoice_IsLibrdkafkas()
    {
        foreach (var property in KafkaPropertyTable.All.Where(property => property.Format is ChoiceFormat<string> or BooleanFormat))
        {
            var choices = property.Format is BooleanFormat ? ["true", "false"] : property.Format.Accepted["one of ".Length..].Split(", ");
            foreach (var choice in choices.Select(choice => choice.Split(" (or ")[0]))
            {
                NativeConfiguration.Refusal(property.Name, choice).Should().BeNull($"{property.Name} = {choice}");
            }
        }
    }

    [Fact]
    public void Name_OfEachProperty_IsLibrdkafkas()
    {
        foreach (var name in KafkaPropertyTable.All.SelectMany(property => property.Aliases.Append(property.Name))
            .Where(name => name.Contains('.', StringComparison.Ordinal) && !name.StartsWith("dotnet.", StringComparison.Ordinal)
                && !name.StartsWith("consumer.", StringComparison.Ordinal) && !name.StartsWith("cancellation.", StringComparison.Ordinal)))
        {
            NativeConfiguration.Knows(name).Should().BeTrue(name);
        }
    }
}
