using KafkaConsume.Yarp.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace KafkaConsume.Yarp.Tests.Configuration;

/// <summary>An application that has nothing but the configuration of this library.</summary>
internal static class Services
{
    public static ServiceProvider Create(params (string Key, string? Value)[] settings) => Create(_ => { }, settings);

    public static ServiceProvider Create(Action<IServiceCollection> more, params (string Key, string? Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))).Build());
        services.AddKafkaConsumeConfiguration();
        more(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    /// <summary>Changes the configuration of a running application.</summary>
    public static void Change(IServiceProvider services, params (string Key, string? Value)[] settings)
    {
        var configuration = (IConfigurationRoot)services.GetRequiredService<IConfiguration>();
        foreach (var (key, value) in settings)
        {
            configuration[key] = value;
        }

        configuration.Reload();
    }

    /// <summary>Does what a host does before it starts anything.</summary>
    public static async Task StartAsync(IServiceProvider services)
    {
        services.GetRequiredService<IStartupValidator>().Validate();
        foreach (var service in services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await service.StartingAsync(TestContext.Current.CancellationToken);
        }
    }
}
