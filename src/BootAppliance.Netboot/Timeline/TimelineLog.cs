using System.Net;
using BootAppliance.Nodes;
using Microsoft.Extensions.Logging;

namespace BootAppliance.Netboot.Timeline;

internal static partial class TimelineLog
{
    [LoggerMessage(EventId = 3001, Level = LogLevel.Information, Message = "{Mac} {Address}: {Text}")]
    public static partial void Milestone(ILogger logger, MacAddress? mac, IPAddress? address, string text);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Warning, Message = "{Mac} {Address}: {Text}")]
    public static partial void Trouble(ILogger logger, MacAddress? mac, IPAddress? address, string text);
}
