using Microsoft.Extensions.Logging;

namespace BootAppliance.Storage;

internal static partial class StorageLog
{
    [LoggerMessage(4101, LogLevel.Information, "The database {Path} is open")]
    public static partial void Opened(this ILogger logger, string path);

    [LoggerMessage(4102, LogLevel.Error, "Nothing can be made durable: {Problem}")]
    public static partial void WritesFail(this ILogger logger, string problem);

    [LoggerMessage(4103, LogLevel.Information, "The database {Path} takes writes again")]
    public static partial void WritesSucceedAgain(this ILogger logger, string path);
}
