using System.ComponentModel.DataAnnotations;
using System.Reflection;
using KafkaConsume.Yarp.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace KafkaConsume.Yarp.Tests.Configuration;

public sealed class KafkaConsumeOptionsTests
{
    [Fact]
    public void Value_EverySetting_IsBound()
    {
        using var services = Services.Create(
            ("KafkaConsume:ConsumerIdleTimeout", "00:00:05"),
            ("KafkaConsume:tail:maxbytes", "65536"),
            ("KafkaConsume:Tail:MaxAge", "00:00:01"),
            ("KafkaConsume:Tail:TotalMaxBytes", "1048576"),
            ("KafkaConsume:CatchUpConsumers", "64"),
            ("KafkaConsume:WriteTimeout", "00:00:02"),
            ("KafkaConsume:KafkaTimeout", "00:00:00.1"),
            ("KafkaConsume:Connections:kafka:Config:ClientId", "x"));

        services.GetRequiredService<IOptions<KafkaConsumeOptions>>().Value.Should().BeEquivalentTo(new KafkaConsumeOptions
        {
            ConsumerIdleTimeout = TimeSpan.FromSeconds(5),
            Tail = { MaxBytes = 65536, MaxAge = TimeSpan.FromSeconds(1), TotalMaxBytes = 1048576 },
            CatchUpConsumers = 64,
            WriteTimeout = TimeSpan.FromSeconds(2),
            KafkaTimeout = TimeSpan.FromMilliseconds(100),
        });
    }

    [Fact]
    public void Value_NothingConfigured_IsTheDefaults()
    {
        using var services = new ServiceCollection().AddKafkaConsumeConfiguration().BuildServiceProvider();

        services.GetRequiredService<IOptions<KafkaConsumeOptions>>().Value.Should().BeEquivalentTo(new KafkaConsumeOptions());
    }

    [Fact]
    public async Task Start_WrongSettings_AreAllReported()
    {
        await using var services = Services.Create(
            ("KafkaConsume:ConsumerIdleTimeout", "60"),
            ("KafkaConsume:Tail:MaxBytes", "1"),
            ("KafkaConsume:Tail:MaxAges", "1"),
            ("KafkaConsume:WriteTimout", "00:00:02"),
            ("KafkaConsume:KafkaTimeout:Seconds", "2"));

        var start = () => Services.StartAsync(services);

        (await start.Should().ThrowAsync<OptionsValidationException>()).Which.Failures.Should().BeEquivalentTo(
            "KafkaConsume:ConsumerIdleTimeout = '60' must be a duration hh:mm:ss from 00:00:01 to 01:00:00.",
            "KafkaConsume:Tail:MaxBytes = '1' must be an integer from 65536 to 1073741824.",
            "KafkaConsume:Tail:MaxAges is not a known setting. Did you mean 'Tail:MaxAge'?",
            "KafkaConsume:WriteTimout is not a known setting. Did you mean 'WriteTimeout'?",
            "KafkaConsume:KafkaTimeout must be a value: a duration hh:mm:ss from 00:00:00.1 to 00:01:00.");
    }

    [Fact]
    public async Task Start_WrongInCode_IsReported()
    {
        await using var services = Services.Create(more => more.Configure<KafkaConsumeOptions>(options =>
        {
            options.CatchUpConsumers = 0;
            options.Tail.MaxBytes = 0;
            options.WriteTimeout = TimeSpan.Zero;
        }));

        var start = () => Services.StartAsync(services);

        (await start.Should().ThrowAsync<OptionsValidationException>()).Which.Message
            .Should().Contain("CatchUpConsumers").And.Contain("WriteTimeout").And.Contain("Tail.MaxBytes");
    }

    [Fact]
    public void Table_HasEveryOptionWithItsRange()
    {
        var properties = typeof(KafkaConsumeOptions).GetProperties().Where(property => property.PropertyType != typeof(KafkaTailOptions))
            .Select(property => (property.Name, Property: property))
            .Concat(typeof(KafkaTailOptions).GetProperties().Select(property => ($"Tail:{property.Name}", Property: property)));
        foreach (var (name, property) in properties)
        {
            var setting = GatewaySettingTable.All.Should().ContainSingle(known => known.Name == name).Subject;
            if (property.GetCustomAttribute<RegularExpressionAttribute>() is { } pattern)
            {
                foreach (var text in (string[])["", "gateway-1.a_B", new('x', 64), new('x', 65), "a b", "ä", "a;b", "a\n"])
                {
                    setting.Format.Should().BeOfType<TokenFormat>().Which.TryRead(text, [], out var read).Should()
                        .Be(read == text ? pattern.IsValid(text) : pattern.IsValid(read), "{0}: '{1}'", name, text);
                }

                continue;
            }

            var range = property.GetCustomAttribute<RangeAttribute>()!;
            foreach (var limit in (object[])[range.Minimum, range.Maximum])
            {
                var text = Convert.ToString(limit, System.Globalization.CultureInfo.InvariantCulture)!;
                setting.Format.Accepted.Split(' ').Should().Contain(text, name);
            }
        }
    }
}
