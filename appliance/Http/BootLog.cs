using System.Net;

namespace BootAppliance.Http;

internal static partial class BootLog
{
    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning, Message = "node {Node} in state '{State}' asked for its iPXE configuration and has nothing to boot: {Problem}")]
    public static partial void NothingToBoot(ILogger logger, string node, string state, string problem);

    [LoggerMessage(EventId = 3005, Level = LogLevel.Warning, Message = "{Address}: asked for {Path}, which leads out of the folder that is served; refused")]
    private static partial void Outside(ILogger logger, IPAddress? address, string path);

    /// <summary>The path is as the client meant it, so it is escaped again: what it holds must not speak to the terminal that shows the log.</summary>
    public static void OutsideRoot(ILogger logger, IPAddress? address, string path) => Outside(logger, address, string.Join('/', path.Split('/').Select(Uri.EscapeDataString)));

    [LoggerMessage(EventId = 3006, Level = LogLevel.Error, Message = "{Address}: {Path} failed")]
    public static partial void Fault(ILogger logger, Exception fault, IPAddress? address, string path);

    [LoggerMessage(EventId = 3007, Level = LogLevel.Debug, Message = "{Address}: not on a provisioning subnet; {Method} {Path} refused")]
    public static partial void NotServed(ILogger logger, IPAddress? address, string method, string path);
}
