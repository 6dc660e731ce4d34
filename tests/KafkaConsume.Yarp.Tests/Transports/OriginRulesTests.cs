using KafkaConsume.Yarp.Transports;
using Microsoft.AspNetCore.Http;

namespace KafkaConsume.Yarp.Tests.Transports;

public sealed class OriginRulesTests
{
    [Theory]
    [InlineData("gateway.example", "https://gateway.example", true)]
    [InlineData("GATEWAY.example:8080", "http://gateway.example:8080", true)]
    [InlineData("gateway.example", "https://other.example", false)]
    [InlineData("", "https://gateway.example", false)]
    [InlineData("\u00fc..\u00fc", "https://gateway.example", false)]
    [InlineData("a:b:c,a:b:c,a:b:c,a:b:c,a:b:c,a:b:c,a:b:c,a:b:c,a:b:c,a:b:c,a:b:c,a:b:c,a:b:c", "https://gateway.example", false)]
    public void IsAllowed_WithCookies_IsForPagesOfTheSameHost(string host, string origin, bool isAllowed)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Cookie = "session=1";
        request.Headers.Origin = origin;
        request.Headers.Host = host;

        OriginRules.IsAllowed(request).Should().Be(isAllowed);
    }
}
