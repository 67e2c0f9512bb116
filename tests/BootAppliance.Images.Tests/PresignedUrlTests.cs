using BootAppliance.Images;

namespace BootAppliance.Tests;

public sealed class PresignedUrlTests
{
    /// <summary>The example in "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)", Amazon S3 API Reference.</summary>
    [Fact]
    public void Url_IsTheOne_ThatAmazonPublishes()
    {
        var store = new S3Store(new S3StoreSettings
        {
            Endpoint = new("https://s3.amazonaws.com"),
            Region = "us-east-1",
            Credentials = new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            AddressStyle = S3AddressStyle.VirtualHost,
            Duration = TimeSpan.FromDays(1),
        });
        var made = store.Sign(new ImageReference.S3("examplebucket", "test.txt"), HttpMethod.Get, 0, new(2013, 5, 24, 0, 0, 0, TimeSpan.Zero), onlyFor: null);
        made.Url.ShouldBe(
            "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
            + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
        made.Expires.ShouldBe(new(2013, 5, 25, 0, 0, 0, TimeSpan.Zero));
    }
}
