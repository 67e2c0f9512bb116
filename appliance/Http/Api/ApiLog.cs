namespace BootAppliance.Http.Api;

internal static partial class ApiLog
{
    [LoggerMessage(EventId = 4901, Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    public static partial void Failed(ILogger logger, Exception failure, string method, string path);
}
