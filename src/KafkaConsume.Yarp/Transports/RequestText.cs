using System.Buffers;
using KafkaConsume.Yarp.Consuming;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace KafkaConsume.Yarp.Transports;

/// <summary>The body of a request, which is JSON and small.</summary>
internal static class RequestText
{
    public const int MaxBytes = 64 * 1024;

    /// <summary>Reads the body.</summary>
    /// <exception cref="KafkaProblemException">It does not say that it is JSON, or it is too large.</exception>
    public static async Task<byte[]> ReadJsonAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // A page of another origin can send forms and plain text with a user's cookies, but not this.
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            throw new KafkaProblemException(new KafkaProblem(
                StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "The body has to be JSON.")
            {
                Detail = "Send it with Content-Type: application/json.",
            });
        }

        if (request.ContentLength > MaxBytes)
        {
            throw TooLarge();
        }

        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            if (read.Buffer.Length > MaxBytes)
            {
                throw TooLarge();
            }

            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static KafkaProblemException TooLarge() => new(new KafkaProblem(
        StatusCodes.Status413PayloadTooLarge, "body-too-large", "The body has more than 65,536 bytes."));
}
