using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace BootAppliance.Http.Files;

/// <summary>What a client makes its request depend on, RFC 9110 section 13.</summary>
internal sealed class FileConditions(RequestHeaders asked, EntityTagHeaderValue tag, DateTimeOffset? lastModified)
{
    /// <summary>HTTP dates have no parts of seconds.</summary>
    private readonly DateTimeOffset? modified = lastModified is { } exact ? DateTimeOffset.FromUnixTimeSeconds(exact.ToUnixTimeSeconds()) : null;

    /// <summary>The status of the answer where it is not the file, in the order of RFC 9110 section 13.2.2. A list that cannot be read names no tag.</summary>
    public int? FindRefusal()
    {
        if (asked.Headers.IfMatch.Count > 0 ? !Includes(asked.IfMatch, isStrong: true) : modified > asked.IfUnmodifiedSince) return StatusCodes.Status412PreconditionFailed;
        if (asked.Headers.IfNoneMatch.Count > 0 ? Includes(asked.IfNoneMatch, isStrong: false) : modified <= asked.IfModifiedSince) return StatusCodes.Status304NotModified;
        return null;
    }

    /// <summary>Whether a part fits what the client has: it would otherwise join two files, so that what cannot be read does not fit either.</summary>
    public bool IsPartWanted() => asked.IfRange switch
    {
        { EntityTag: { } had } => had.Compare(tag, useStrongComparison: true),
        { LastModified: { } since } => modified == since,
        _ => asked.Headers.IfRange.Count == 0,
    };

    private bool Includes(IList<EntityTagHeaderValue> tags, bool isStrong) => tags.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(tag, isStrong));
}
