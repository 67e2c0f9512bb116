using BootAppliance.Http.Access;

namespace BootAppliance.Tests.Access;

public class BasicCredentialsTests
{
    [Theory]
    [InlineData("Basic YWRtaW46cHcx", "admin", "pw1")]
    [InlineData("basic   YWRtaW46cHcx ", "admin", "pw1")]
    [InlineData("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame")] // RFC 7617 section 2
    [InlineData("Basic dGVzdDoxMjPCow==", "test", "123£")] // RFC 7617 section 2.1
    [InlineData("Basic YTpiOmM6", "a", "b:c:")]
    [InlineData("Basic Og==", "", "")]
    public void Credentials_AreRead(string header, string user, string password)
    {
        var credentials = BasicCredentials.Parse(header, out _).ShouldNotBeNull();

        (credentials.User, credentials.Password).ShouldBe((user, password));
    }

    // The sentences of Ironic's own middleware.
    [Theory]
    [InlineData("", "Could not parse Authorization header")]
    [InlineData("Basic", "Could not parse Authorization header")]
    [InlineData("Bearer YWRtaW46cHcx", "Unsupported authorization type, only Basic is known here")]
    [InlineData("Basic YWRtaW46cHcx,Basic YWRtaW46cHcx", "Could not decode authorization token")]
    [InlineData("Basic YWRtaW4=", "Could not decode authorization token")] // no colon
    [InlineData("Basic !", "Could not decode authorization token")]
    [InlineData("Basic YWRtaW46/w==", "Could not decode authorization token")] // not UTF-8
    public void Header_ThatIsNone_IsRefused(string header, string problem)
    {
        BasicCredentials.Parse(header, out var said).ShouldBeNull();

        said.ShouldBe(problem);
    }
}
