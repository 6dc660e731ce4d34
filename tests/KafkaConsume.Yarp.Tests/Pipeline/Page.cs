using System.Net;
using System.Text.Json.Nodes;

namespace KafkaConsume.Yarp.Tests.Pipeline;

/// <summary>One answer to a cursor read.</summary>
internal sealed record Page(HttpResponseMessage Response, IReadOnlyList<JsonNode?> Records)
{
    public string Cursor => Response.Headers.GetValues("KafkaConsume-Cursor").Single();

    /// <summary>Gets the target of the <c>Link</c> with <c>rel="next"</c>.</summary>
    public string Next
    {
        get
        {
            var link = Response.Headers.GetValues("Link").Single();
            link.Should().StartWith("<").And.EndWith(">; rel=\"next\"");
            return link[1..link.IndexOf('>', StringComparison.Ordinal)];
        }
    }

    public IEnumerable<string?> Values => Records.Select(record => (string?)record!["value"]);

    /// <summary>Reads pages until so many records have come: a page is what Kafka gives at one time, and may be short.</summary>
    public static async Task<IReadOnlyList<JsonNode?>> GetManyAsync(HttpClient client, string path, int count)
    {
        var page = await GetAsync(client, path);
        var records = page.Records.ToList();
        while (records.Count < count)
        {
            page = await GetAsync(client, page.Next);
            records.AddRange(page.Records);
        }

        return records;
    }

    /// <summary>Reads the values of so many records.</summary>
    public static async Task<IEnumerable<string?>> GetValuesAsync(HttpClient client, string path, int count) =>
        (await GetManyAsync(client, path, count)).Select(record => (string?)record!["value"]);

    /// <summary>Reads a page; the answer has to be 200.</summary>
    public static async Task<Page> GetAsync(HttpClient client, string path)
    {
        var response = await client.GetAsync(path, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60));
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.Should().Be(HttpStatusCode.OK, body);
        return new Page(response, [.. JsonNode.Parse(body)!.AsArray()]);
    }
}
