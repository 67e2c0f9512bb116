using System.Globalization;

namespace BootAppliance.Http.Baremetal.Wire;

/// <summary>Moments in the form of RFC 3339 with an offset, to the second: gophercloud reads no other one.</summary>
internal static class Timestamp
{
    public static string? Of(DateTimeOffset? moment) => moment?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
}
