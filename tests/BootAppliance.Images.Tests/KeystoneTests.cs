using System.Net;
using System.Text.Json.Nodes;
using BootAppliance.Images;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Tests;

/// <summary>Logging in to Keystone, against answers written by hand as its API reference (v3, "Password authentication with scoped authorization") has them.</summary>
public sealed class KeystoneTests
{
    private static readonly Guid image = Guid.Parse("32aa2aa2-2205-41dc-a5db-382c9e9c53f1");

    private readonly List<string> asked = [];
    private readonly HashSet<string> accepted = ["token-1"];
    private int logins;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Token_IsKept_AndGotAnew_WhenGlanceRefusesIt()
    {
        var glance = Glance("secret");
        (await glance.ShowAsync(image, Cancellation)).Image.ShouldNotBeNull();
        (await glance.ShowAsync(image, Cancellation)).Image.ShouldNotBeNull();
        asked.ShouldBe(["keystone", "glance token-1", "glance token-1"]);

        asked.Clear();
        accepted.Clear();
        accepted.Add("token-2");
        (await glance.ShowAsync(image, Cancellation)).Image.ShouldNotBeNull();
        asked.ShouldBe(["glance token-1", "keystone", "glance token-2"]);
        (await glance.HeadersAsync(Cancellation)).ShouldBe([new("X-Auth-Token", "token-2")]);
    }

    [Fact]
    public async Task Glance_ThatRefusesANewTokenToo_IsAskedTwiceOnly()
    {
        accepted.Clear();
        (await Glance("secret").ShowAsync(image, Cancellation)).Problem.ShouldBe($"Glance does not show image {image} to us (401): see Glance:Token and Glance:Keystone");
        asked.ShouldBe(["keystone", "glance token-1", "keystone", "glance token-2"]);
    }

    [Fact]
    public async Task Password_ThatIsWrong_IsToldOf_AndNotShown()
    {
        var answer = await Glance("wrong").ShowAsync(image, Cancellation);
        answer.ShouldBe(new GlanceAnswer(null, "Keystone gives glance-reader at keystone.example:5000 no token (401): see Glance:Keystone", IsPassing: true));
        new KeystoneLogin(new("http://keystone.example:5000"), "glance-reader", "hunter2", "service", "Default").ToString().ShouldNotContain("hunter2");
    }

    private GlanceClient Glance(string password)
    {
        var http = new HttpClient(new Answers(AnswerAsync));
        var tokens = new KeystoneTokens(new KeystoneLogin(new("http://keystone.example:5000/"), "glance-reader", password, "service", "Default"), http);
        return new GlanceClient(new("http://glance.example:9292"), tokens, http, new StoreClock("Glance", TimeSpan.FromMinutes(20), NullLogger.Instance), new ManualTime());
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request)
    {
        if (request.RequestUri!.Host == "glance.example")
        {
            var token = request.Headers.GetValues("X-Auth-Token").Single();
            asked.Add($"glance {token}");
            return accepted.Contains(token)
                ? new HttpResponseMessage { Content = new StringContent($$"""{"id":"{{image}}","status":"active","size":6}""") }
                : new HttpResponseMessage(HttpStatusCode.Unauthorized);
        }

        asked.Add("keystone");
        request.RequestUri.ShouldBe(new Uri("http://keystone.example:5000/v3/auth/tokens"));
        var body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(Cancellation))!;
        JsonNode.DeepEquals(body["auth"]!["scope"], JsonNode.Parse("""{"project":{"name":"service","domain":{"name":"Default"}}}""")).ShouldBeTrue();
        JsonNode.DeepEquals(body["auth"]!["identity"]!["methods"], JsonNode.Parse("""["password"]""")).ShouldBeTrue();
        if (!JsonNode.DeepEquals(body["auth"]!["identity"]!["password"], JsonNode.Parse("""{"user":{"name":"glance-reader","domain":{"name":"Default"},"password":"secret"}}""")))
            return new HttpResponseMessage(HttpStatusCode.Unauthorized);
        return new HttpResponseMessage(HttpStatusCode.Created) { Headers = { { "X-Subject-Token", $"token-{++logins}" } }, Content = new StringContent("""{"token":{}}""") };
    }

    private sealed class Answers(Func<HttpRequestMessage, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request);
    }
}
