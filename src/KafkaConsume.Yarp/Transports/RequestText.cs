using System.Buffers;
using System.IO.Pipelines;
using KafkaConsume.Yarp.Consuming;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace KafkaConsume.Yarp.Transports;

/// <summary>The body of a request, which is JSON and small.</summary>
internal static class RequestText
{
    public const int MaxBytes = 64 * 1024;

    /// <summary>Reads the body.</summary>
    /// <exception cref="KafkaProblemException">It does not say that it is JSON, it is too large, or it does not come as HTTP wants.</exception>
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
            var read = await ReadAsync(request, cancellationToken);
            if (read.Buffer.Length > MaxBytes)
            {
                // The server reads on, and cannot while this is being read.
                request.BodyReader.AdvanceTo(read.Buffer.End);
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

    private static async ValueTask<ReadResult> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await request.BodyReader.ReadAsync(cancellationToken);
        }
        catch (BadHttpRequestException failure) when (failure.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            // The application allows less.
            throw TooLarge();
        }
        catch (IOException failure)
        {
            // Chunks that are none, a body that ends too early or comes too slowly: the client's fault, or its connection's. Not all have the server's own exception.
            throw new KafkaProblemException(KafkaProblem.InvalidAck("The body could not be read."), failure);
        }
    }

    private static KafkaProblemException TooLarge() => new(new KafkaProblem(
        StatusCodes.Status413PayloadTooLarge, "body-too-large", "The body has more than 65,536 bytes."));
}
