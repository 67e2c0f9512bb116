using BootAppliance.Images;

namespace BootAppliance.Settings.Rules;

internal static class S3Rules
{
    public static void Apply(SettingsCheck check)
    {
        var s3 = check.Settings.S3;
        var isAsked = s3.Endpoint is not null || s3.AccessKey.Length > 0 || !s3.SecretKey.IsEmpty || s3.Delivery == S3Delivery.Direct;
        check.Refuse(isAsked && s3.AccessKey.Length == 0, "S3:AccessKey", "images in S3 need the id of an access key", "S3:Endpoint", "S3:Delivery");
        check.Refuse(isAsked && s3.SecretKey.IsEmpty, "S3:SecretKey", "images in S3 need the secret of the access key", "S3:Endpoint", "S3:Delivery");
        check.Refuse(isAsked && s3.Region.Length == 0, "S3:Region", "is not set: write the region that the store says it is in, such as us-east-1", "S3:Endpoint", "S3:Delivery");
        check.Refuse(s3.Endpoint is { PathAndQuery: not "/" }, "S3:Endpoint", "is scheme, host and port only, such as http://s3.example:9000: a path would be signed as a bucket");
        check.Refuse(s3.Region.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not '-' and not '_'), "S3:Region", "is one word, such as us-east-1");
        check.Refuse(
            s3.UrlDuration < TimeSpan.FromSeconds(1) || s3.UrlDuration > PresignedUrl.LongestLife,
            "S3:UrlDuration",
            "must be from a second to 7.00:00:00, which is as long as S3 accepts");
    }
}
