using FsCheck;
using FsCheck.Fluent;
using KafkaConsume.Yarp.Configuration;

namespace KafkaConsume.Yarp.Tests.Configuration;

public sealed class ConsumerGroupNameTests
{
    private static readonly string[] Kinds = ["name", "id", "claim"];

    [Theory]
    [InlineData("ada", "orders.name.ada")]
    [InlineData("Ada L.", "orders.name.Ada%20L%2E")]
    [InlineData("a.b", "orders.name.a%2Eb")]
    [InlineData("a%2Eb", "orders.name.a%252Eb")]
    [InlineData("Zoë\n", "orders.name.Zo%C3%AB%0A")]
    [InlineData("*", "orders.name.%2A")]
    public void ForUser_AnyName_IsEscaped(string user, string group) => ConsumerGroupName.ForUser("orders", "name", user).Should().Be(group);

    [Fact]
    public void ForUser_LongName_IsShortened()
    {
        var one = ConsumerGroupName.ForUser("orders", "id", new string('a', 5000));
        var other = ConsumerGroupName.ForUser("orders", "id", new string('a', 5001));

        one.Should().StartWith("orders.id.sha256.").And.HaveLength(81).And.NotBe(other);
    }

    [Fact]
    public void ForUser_TwoUsers_NeverShareAGroup()
    {
        var users = Gen.Zip(Gen.Elements(Kinds), Gen.OneOf(
            Gen.Elements("a", "A", "a.b", "a%2Eb", "sha256", "sha256.00", "name", "id.a", ""), ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Item)));
        Prop.ForAll(users.ToArbitrary(), users.ToArbitrary(), (one, other) =>
            IsText(one.Item2) && IsText(other.Item2) && one != other
                ? ConsumerGroupName.ForUser("p", one.Item1, one.Item2) != ConsumerGroupName.ForUser("p", other.Item1, other.Item2)
                : true).Check(Config.QuickThrowOnFailure.WithMaxTest(5000).WithReplay(17, 1));
    }

    // Halves of surrogates have no bytes of their own; no token or certificate carries them.
    private static bool IsText(string text) => text == System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
