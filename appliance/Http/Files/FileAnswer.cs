using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace BootAppliance.Http.Files;

/// <summary>The answer to a request for a file: all of it, the parts that were asked for, or that the client has it already. Its length is always said.</summary>
internal static class FileAnswer
{
    private const string ContentType = "application/octet-stream";

    /// <summary>Answers; tells how many bytes of the body the client took, and the watch while it does.</summary>
    public static async Task<long> SendAsync(HttpContext context, FileContent content, DownloadWatch? watch = null)
    {
        var (request, response) = (context.Request, context.Response);
        var tag = new EntityTagHeaderValue($"\"{content.Tag}\"");
        response.Headers.ETag = tag.ToString();
        response.Headers.AcceptRanges = "bytes";
        if (content.LastModified is { } modified) response.Headers.LastModified = HeaderUtilities.FormatDate(modified);

        var conditions = new FileConditions(request.GetTypedHeaders(), tag, content.LastModified);
        if (conditions.FindRefusal() is { } refusal)
        {
            response.StatusCode = refusal;
            if (refusal != StatusCodes.Status304NotModified) response.ContentLength = 0;
            return 0;
        }

        // Of HEAD a Range changes nothing, RFC 9110 section 14.2.
        var isGet = HttpMethods.IsGet(request.Method);
        var ranges = isGet && conditions.IsPartWanted() ? ByteRange.Read(request.Headers.Range is [{ } first, ..] ? first : "", content.Length) : null;
        switch (ranges)
        {
            case null:
                response.ContentType = ContentType;
                response.ContentLength = content.Length;
                return isGet ? await content.SendAsync(context, 0, content.Length, Progress(0)) : 0;

            case { IsEmpty: true }:
                response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
                response.Headers.ContentRange = $"bytes */{content.Length}";
                response.ContentLength = 0;
                return 0;

            case [var range]:
                response.StatusCode = StatusCodes.Status206PartialContent;
                response.ContentType = ContentType;
                response.Headers.ContentRange = Describe(range, content);
                response.ContentLength = range.Length;
                return await content.SendAsync(context, range.First, range.Length, Progress(0));

            case { } several:
                return await SendPartsAsync(context, content, several, Progress);
        }

        Action<long>? Progress(long before) => watch is null ? null : taken => watch.Taken(before + taken, response.ContentLength ?? content.Length);
    }

    /// <summary>Several parts in one body, RFC 9110 section 14.6.</summary>
    private static async Task<long> SendPartsAsync(HttpContext context, FileContent content, ImmutableArray<ByteRange> ranges, Func<long, Action<long>?> progress)
    {
        var boundary = RandomNumberGenerator.GetHexString(24, lowercase: true);
        var heads = ranges.Select(range => Encoding.ASCII.GetBytes($"\r\n--{boundary}\r\nContent-Type: {ContentType}\r\nContent-Range: {Describe(range, content)}\r\n\r\n")).ToList();
        var end = Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n");
        context.Response.StatusCode = StatusCodes.Status206PartialContent;
        context.Response.ContentType = $"multipart/byteranges; boundary={boundary}";
        context.Response.ContentLength = heads.Sum(head => head.Length) + ranges.Sum(range => range.Length) + end.Length;
        long sent = 0;
        foreach (var (head, range) in heads.Zip(ranges))
        {
            sent += await FileSender.SendBytesAsync(context, head);
            var part = await content.SendAsync(context, range.First, range.Length, progress(sent));
            sent += part;
            if (part < range.Length) return sent;
        }

        return sent + await FileSender.SendBytesAsync(context, end);
    }

    private static string Describe(ByteRange range, FileContent content) =>
        string.Create(CultureInfo.InvariantCulture, $"bytes {range.First}-{range.Last}/{content.Length}");
}
