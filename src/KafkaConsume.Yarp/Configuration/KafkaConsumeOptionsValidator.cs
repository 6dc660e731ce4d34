using Microsoft.Extensions.Options;

namespace KafkaConsume.Yarp.Configuration;

/// <summary>Checks the ranges of the gateway's options, whoever set them.</summary>
[OptionsValidator]
internal sealed partial class KafkaConsumeOptionsValidator : IValidateOptions<KafkaConsumeOptions>;
