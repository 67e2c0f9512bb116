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

    /// <summary>What botocore 1.43.11 makes of the same (<c>generate_presigned_url</c>, <c>signature_version</c> s3v4, at that time), but for the last two: it writes a bucket with dots before an address.</summary>
    [Theory]
    [InlineData("http://s3.example:9000", S3AddressStyle.Path, "bucket", "s3.example:9000/bucket", "335a1b4e0239a9d28a4fe07166cb31beb34f53de013f0e20647dc62231eed733")]
    [InlineData("http://s3.example:9000", S3AddressStyle.VirtualHost, "bucket", "bucket.s3.example:9000", "c4e6bcbdf262c94e6de8ec5eb89fa7e6847e8ca0977a8b533ab5a5f41feba564")]
    [InlineData("http://s3.example:9000", S3AddressStyle.VirtualHost, "my.bucket", "my.bucket.s3.example:9000", "73efbad5cb421b64bc2d65f0e935a4fb3e9341aba251a91f2e8f0c5b41d49ad2")]
    [InlineData("http://s3.example:9000", S3AddressStyle.VirtualHost, "My_Bucket", "s3.example:9000/My_Bucket", "2422aa0802f2b3deacd9a7c1efc06e7c7a233a23dd9d3efbd7e3fa5221a3d4e2")]
    [InlineData("http://s3.example:80", S3AddressStyle.Path, "bucket", "s3.example/bucket", "34c30228e8a4f7aafe4d9324c5c0defb29bcec952bb761a1fb1f3ee00bd49d94")]
    [InlineData("https://s3.example", S3AddressStyle.VirtualHost, "bucket", "bucket.s3.example", "a80d7850042926537f64e9c34e10f6ec4a5cdea55ad701b4459f0d57c003e10c")]
    [InlineData("https://s3.example", S3AddressStyle.VirtualHost, "my.bucket", "s3.example/my.bucket", "ae91caab613952d62cc6a5b9d97257bbb676f85c8103cedf2f1bd80f63179f6d")]
    [InlineData("http://[2001:db8::5]:9000", S3AddressStyle.Path, "bucket", "[2001:db8::5]:9000/bucket", "ba06f08464db2d22bef0f8ecab6fce1fd4b096f0e813d94b7bce839de9ecbba8")]
    [InlineData("http://[2001:db8::5]:9000", S3AddressStyle.VirtualHost, "bucket", "[2001:db8::5]:9000/bucket", "ba06f08464db2d22bef0f8ecab6fce1fd4b096f0e813d94b7bce839de9ecbba8")]
    [InlineData("http://192.0.2.5:9000", S3AddressStyle.VirtualHost, "bucket", "192.0.2.5:9000/bucket", "f1998e7eb9a2de637744221df06883740dee2985a99a6c5b4b17f52115af373f")]
    [InlineData("http://[2001:db8::5]:9000", S3AddressStyle.VirtualHost, "my.bucket", "[2001:db8::5]:9000/my.bucket", "0922357eefe4b756edab086d6d2f7db80b532c9589878009d205ecaaae16960a")]
    [InlineData("http://192.0.2.5:9000", S3AddressStyle.VirtualHost, "my.bucket", "192.0.2.5:9000/my.bucket", "defe9951b94b3ea31f8aa0502649608476309df01c818f0223bd18d00d2348f0")]
    public void Url_IsTheOne_ThatOthersMake(string endpoint, S3AddressStyle style, string bucket, string place, string signature)
    {
        var url = Sign(endpoint, style, bucket, "a b/größe+&=?#%25~*'()!", sessionToken: null);
        url.Split('?')[0].ShouldBe($"{endpoint.Split(':')[0]}://{place}/a%20b/gr%C3%B6%C3%9Fe%2B%26%3D%3F%23%2525~%2A%27%28%29%21");
        url.Split("&X-Amz-Signature=")[1].ShouldBe(signature);
    }

    [Fact]
    public void Url_HasTheTokenOfLentKeys_AsOthersMakeIt()
    {
        var url = Sign("http://s3.example:9000", S3AddressStyle.Path, "bucket", "a//b/", "tok/en+=");
        url.ShouldStartWith("http://s3.example:9000/bucket/a//b/?");
        url.ShouldContain("&X-Amz-Security-Token=tok%2Fen%2B%3D&");
        url.ShouldEndWith("&X-Amz-Signature=deed70c8e804c3d7d6032c4893c4897dc52910f247f6a0be8b13ce23bcfc2634");
    }

    private static string Sign(string endpoint, S3AddressStyle style, string bucket, string key, string? sessionToken) => new S3Store(new S3StoreSettings
    {
        Endpoint = new(endpoint),
        Region = "us-east-1",
        Credentials = new("AKIDEXAMPLE", "secret/key+1", sessionToken),
        AddressStyle = style,
    }).Sign(new ImageReference.S3(bucket, key), HttpMethod.Get, 0, new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), onlyFor: null).Url;
}
