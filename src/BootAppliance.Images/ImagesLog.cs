using Microsoft.Extensions.Logging;

namespace BootAppliance.Images;

/// <summary>Every log line about images; no URL in them has a query, which may hold somebody's credentials.</summary>
internal static partial class ImagesLog
{
    [LoggerMessage(4501, LogLevel.Information, "image {Image} is here: {Bytes} bytes, sha256 {Sha256}")]
    public static partial void Fetched(ILogger logger, string image, long bytes, string sha256);

    [LoggerMessage(4502, LogLevel.Warning, "image {Image} cannot be had: {Problem}. Machines that need it wait")]
    public static partial void CannotBeHad(ILogger logger, string image, string problem);

    [LoggerMessage(4503, LogLevel.Warning, "image {Image} may have changed at its source, which nobody can tell now: {Problem}. Machines get the one that is here")]
    public static partial void OldServed(ILogger logger, string image, string problem);

    [LoggerMessage(4504, LogLevel.Information, "image {Image} was removed from the cache: {Why}")]
    public static partial void Removed(ILogger logger, string image, string why);

    [LoggerMessage(4506, LogLevel.Error, "the download of image {Image} failed in a way that nobody has foreseen")]
    public static partial void Faulted(ILogger logger, Exception fault, string image);

    [LoggerMessage(4507, LogLevel.Information, "image {Image} waits for its turn: {Others} other images are being fetched")]
    public static partial void Waits(ILogger logger, string image, int others);

    [LoggerMessage(4505, LogLevel.Warning, "the image cache in {Path} cannot be written")]
    public static partial void NotWritten(ILogger logger, Exception failure, string path);
}
