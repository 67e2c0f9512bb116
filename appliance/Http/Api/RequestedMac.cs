using BootAppliance.Nodes;

namespace BootAppliance.Http.Api;

/// <summary>A MAC address as somebody wrote it into a request.</summary>
internal static class RequestedMac
{
    public static MacAddress Parse(string text) =>
        MacAddress.TryParse(text, out var mac) ? mac : throw ApiException.Bad($"'{text}' is not a MAC address: write it as 52:54:00:12:34:56");
}
