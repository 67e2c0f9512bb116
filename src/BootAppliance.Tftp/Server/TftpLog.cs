using System.Net;
using BootAppliance.Tftp.Wire;
using Microsoft.Extensions.Logging;

namespace BootAppliance.Tftp.Server;

/// <summary>Every log line of the TFTP server.</summary>
internal static partial class TftpLog
{
    [LoggerMessage(2001, LogLevel.Information, "{Interface} TFTP listens on {EndPoint}")]
    public static partial void Listening(this ILogger logger, string @interface, EndPoint endPoint);

    [LoggerMessage(2002, LogLevel.Information, "{Interface} {Client} got {File}: {Bytes} bytes in {Seconds:0.000} s, blksize {BlockSize}, windowsize {WindowSize}, {Retransmits} sent again")]
    public static partial void Completed(
        this ILogger logger, string @interface, IPEndPoint client, string file, long bytes, double seconds, int blockSize, int windowSize, long retransmits);

    [LoggerMessage(2003, LogLevel.Debug, "{Interface} {Client} asked for the size of {File}: {Length} bytes")]
    public static partial void SizeProbed(this ILogger logger, string @interface, IPEndPoint client, string file, long length);

    [LoggerMessage(2004, LogLevel.Warning, "{Interface} {Client} did not get all of {File}, {Bytes} of {Length} bytes ({Outcome}): {Detail}")]
    public static partial void Failed(
        this ILogger logger, string @interface, IPEndPoint client, string file, long bytes, long length, TransferOutcome outcome, string? detail);

    [LoggerMessage(EventId = 2005, Message = "{Interface} {Client} was refused {File} with ERROR {Code}: {Text}")]
    public static partial void Refused(
        this ILogger logger, LogLevel level, string @interface, IPEndPoint client, string? file, TftpErrorCode code, string text);

    [LoggerMessage(2006, LogLevel.Debug, "{Interface} {Client} dropped: {Reason}")]
    public static partial void Dropped(this ILogger logger, string @interface, IPEndPoint client, TftpDropReason reason);

    [LoggerMessage(2007, LogLevel.Warning, "{Interface} {Client} cannot be served {File}: {Reason}. It asks again by itself; raise the limit if this lasts")]
    public static partial void Exhausted(this ILogger logger, string @interface, IPEndPoint client, string file, TftpDropReason reason);

    [LoggerMessage(2008, LogLevel.Error, "{Interface} {Client} could not be served {File} because of a fault in the appliance")]
    public static partial void Faulted(this ILogger logger, Exception exception, string @interface, IPEndPoint client, string file);

    [LoggerMessage(2009, LogLevel.Warning, "{Interface} TFTP cannot receive for the moment: {Problem} ({Missing} lines like this were left out)")]
    public static partial void CannotReceive(this ILogger logger, string @interface, string problem, long missing);

    [LoggerMessage(2010, LogLevel.Error, "{Interface} TFTP dropped a packet because of a fault in the appliance ({Missing} lines like this were left out)")]
    public static partial void ListenerFaulted(this ILogger logger, Exception exception, string @interface, long missing);

    [LoggerMessage(2011, LogLevel.Error, "{Interface} {Client}: the event of its TFTP request could not be recorded because of a fault in the appliance")]
    public static partial void ObserverFaulted(this ILogger logger, Exception exception, string @interface, IPEndPoint client);
}
