using System.Globalization;
using KafkaConsume.Yarp.Configuration;
using KafkaConsume.Yarp.Consuming;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace KafkaConsume.Yarp.Transports;

/// <summary>Answers a request with a problem (RFC 9457), through the application's own problem details where it has them.</summary>
internal static class ProblemResponse
{
    public static async Task WriteAsync(
        HttpContext context, KafkaRoute route, KafkaProblem problem, params (string Name, object Value)[] extensions)
    {
        var response = context.Response;
        if (response.HasStarted)
        {
            return;
        }

        response.StatusCode = problem.Status;
        ResponseRules.NeverStore(context);
        if (problem.RetryAfter is { } delay)
        {
            response.Headers.RetryAfter = Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        var details = new ProblemDetails
        {
            Type = ProblemJson.TypePrefix + problem.Type,
            Title = problem.Title,
            Status = problem.Status,
            Detail = ProblemJson.Detail(problem, route.Options.ReturnErrorMessage),
        };
        foreach (var (name, value) in extensions)
        {
            details.Extensions[name] = value;
        }

        var service = context.RequestServices.GetService<IProblemDetailsService>();
        var handled = new ProblemDetailsContext { HttpContext = context, ProblemDetails = details };
        if (service is null || !await service.TryWriteAsync(handled))
        {
            await response.WriteAsJsonAsync(
                details, options: null, contentType: "application/problem+json", cancellationToken: CancellationToken.None);
        }

        // YARP takes a response that has not started for no response, and would forward the request.
        await response.CompleteAsync();
    }
}
