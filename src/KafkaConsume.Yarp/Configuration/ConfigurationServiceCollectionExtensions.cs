using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>Registers what this folder offers.</summary>
internal static class ConfigurationServiceCollectionExtensions
{
    /// <summary>
    /// Adds the gateway's options, named connections and <see cref="ConnectionCatalog"/>. The application's configuration is read where
    /// there is one. Calling it twice is calling it once.
    /// </summary>
    public static IServiceCollection AddKafkaConsumeConfiguration(this IServiceCollection services)
    {
        services.AddLogging();
        services.AddOptions<KafkaConsumeOptions>().ValidateOnStart();
        services.TryAddEnumerable(
        [
            ServiceDescriptor.Singleton<IConfigureOptions<KafkaConsumeOptions>, KafkaConsumeOptionsSetup>(),
            ServiceDescriptor.Singleton<IValidateOptions<KafkaConsumeOptions>, KafkaConsumeOptionsSetup>(),
            ServiceDescriptor.Singleton<IValidateOptions<KafkaConsumeOptions>, KafkaConsumeOptionsValidator>(),
            ServiceDescriptor.Singleton<IConfigureOptions<KafkaConnectionOptions>, KafkaConnectionOptionsSetup>(),
            ServiceDescriptor.Singleton<IValidateOptions<KafkaConnectionOptions>, KafkaConnectionOptionsSetup>(),
            ServiceDescriptor.Singleton<IHostedService, ConnectionStartupCheck>(),
        ]);
        services.TryAddSingleton<ConnectionCatalog>();
        return services;
    }
}
