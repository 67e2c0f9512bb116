using Microsoft.Extensions.Logging;

namespace BootAppliance.Images.Import;

internal static partial class ImportLog
{
    [LoggerMessage(EventId = 4301, Level = LogLevel.Information, Message = "image {Name} was imported: {Bytes} bytes, SHA-256 {Sum}")]
    public static partial void Imported(ILogger logger, string name, long bytes, string sum);

    [LoggerMessage(EventId = 4302, Level = LogLevel.Warning, Message = "image {Name} was not imported, {Bytes} bytes came: {Problem}")]
    public static partial void Failed(ILogger logger, string name, long bytes, string problem);

    [LoggerMessage(EventId = 4303, Level = LogLevel.Error, Message = "image {Name} was not imported: the importer failed")]
    public static partial void Fault(ILogger logger, Exception fault, string name);

    [LoggerMessage(EventId = 4304, Level = LogLevel.Information, Message = "the import of {Name} was called off, {Bytes} bytes had come")]
    public static partial void CalledOff(ILogger logger, string name, long bytes);
}
