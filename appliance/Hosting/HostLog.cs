using BootAppliance.Dhcp.Server;

namespace BootAppliance.Hosting;

internal static partial class HostLog
{
    [LoggerMessage(EventId = 9001, Level = LogLevel.Information, Message = "ready: machines boot from {Root} (DHCP: {Mode}); the command line talks to {Socket}, the API is on {Endpoint}")]
    public static partial void Ready(ILogger logger, string root, DhcpMode mode, string socket, Uri endpoint);

    [LoggerMessage(EventId = 9004, Level = LogLevel.Warning, Message = "{Interface}: has no link; machines are served as soon as it has one. Is the cable in, and is the switch on?")]
    public static partial void NoLink(ILogger logger, string @interface);

    [LoggerMessage(EventId = 9006, Level = LogLevel.Warning, Message = "{Problem}")]
    public static partial void ContainerBridge(ILogger logger, string problem);

    [LoggerMessage(EventId = 9007, Level = LogLevel.Warning, Message = "open files: {Summary}; raise it for many machines")]
    public static partial void FewFiles(ILogger logger, string summary);

    [LoggerMessage(EventId = 9005, Level = LogLevel.Error, Message = "{Part} could not be stopped properly")]
    public static partial void StopFailed(ILogger logger, Exception failure, string part);

    [LoggerMessage(EventId = 9003, Level = LogLevel.Information, Message = "stopping")]
    public static partial void Stopping(ILogger logger);
}
