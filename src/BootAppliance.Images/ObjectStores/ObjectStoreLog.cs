using Microsoft.Extensions.Logging;

namespace BootAppliance.Images;

internal static partial class ObjectStoreLog
{
    [LoggerMessage(4401, LogLevel.Warning, "{Difference}: signed URLs that are to count for {Duration} count for {Left}. Set both clocks by NTP")]
    public static partial void ClockDiffers(ILogger logger, string difference, TimeSpan duration, TimeSpan left);

    [LoggerMessage(4402, LogLevel.Information, "{Store}'s clock agrees with the one here again")]
    public static partial void ClockAgrees(ILogger logger, string store);
}
