using KafkaConsume.Yarp.Consuming;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Transports;

/// <summary>Query parameters that may be given once.</summary>
internal static class QueryValue
{
    /// <exception cref="KafkaProblemException">The parameter is given more than once.</exception>
    public static string? Single(HttpRequest request, string name) => request.Query[name] switch
    {
        { Count: 0 } => null,
        { Count: 1 } values => values[0],
        _ => throw new KafkaProblemException(KafkaProblem.InvalidQuery($"'{name}' is given more than once.")),
    };
}
