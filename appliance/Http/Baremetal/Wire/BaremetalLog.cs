namespace BootAppliance.Http.Baremetal.Wire;

internal static partial class BaremetalLog
{
    [LoggerMessage(4120, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void Failed(ILogger logger, Exception failure, string method, string path);
}
