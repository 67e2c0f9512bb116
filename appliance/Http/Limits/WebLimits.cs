using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BootAppliance.Http.Limits;

/// <summary>How much one client may ask of either plane before anything is known of it, all in one place; how many connections there may be goes by <see cref="Hosting.OpenFiles"/>.</summary>
internal static class WebLimits
{
    /// <summary>Bytes of a request's body, where nothing else is said.</summary>
    public const long Body = 1 << 20;

    /// <summary>A config drive: an ISO image, compressed and in base64. Ironic's clients send it with the request to deploy.</summary>
    public const long ConfigDriveBody = 64 << 20;

    /// <summary>The inventory of a machine, and the logs that its agent sends with it.</summary>
    public const long InspectionBody = 8 << 20;

    public static void Apply(KestrelServerLimits limits)
    {
        limits.MaxRequestBodySize = Body;
        limits.MaxRequestLineSize = 8 << 10;
        limits.MaxRequestHeadersTotalSize = 32 << 10;
        limits.MaxRequestHeaderCount = 100;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        // Firmware keeps its connection open while it unpacks what it has loaded.
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 4096, gracePeriod: TimeSpan.FromSeconds(10));
    }

    /// <summary>The most bytes that a request's body may have.</summary>
    public static long BodyOf(HttpRequest request)
    {
        // What is read has none, and is asked for the most.
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) return Body;
        var segments = (request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (HttpMethods.IsPut(request.Method) && segments is [.., "nodes", _, "states", "provision"] or ["api", "nodes", _, "provision"]) return ConfigDriveBody;
        // The image's own length, which was said before, is its limit.
        if (HttpMethods.IsPut(request.Method) && segments is ["api", "images", ..]) return long.MaxValue;
        return HttpMethods.IsPost(request.Method) && segments is [.., "continue_inspection"] ? InspectionBody : Body;
    }
}
