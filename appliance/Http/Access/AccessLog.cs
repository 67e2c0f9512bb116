using System.Net;

namespace BootAppliance.Http.Access;

/// <summary>Nothing that a client sent is ever written here: people type passwords where a name belongs.</summary>
internal static partial class AccessLog
{
    [LoggerMessage(EventId = 4951, Level = LogLevel.Information, Message = "{Files} changed and is in force: {Summary}")]
    public static partial void Reloaded(ILogger logger, string files, string summary);

    [LoggerMessage(EventId = 4952, Level = LogLevel.Warning, Message = "{Key}: {Problem}. What was read before stays in force")]
    public static partial void NotReloaded(ILogger logger, string key, string problem);

    [LoggerMessage(EventId = 4953, Level = LogLevel.Warning, Message = "{Key}: {Message}")]
    public static partial void Doubtful(ILogger logger, string key, string message);

    [LoggerMessage(EventId = 4954, Level = LogLevel.Debug, Message = "{Address}: wrong user name or password")]
    public static partial void WrongPassword(ILogger logger, IPAddress address);

    [LoggerMessage(EventId = 4955, Level = LogLevel.Warning, Message = "{Address}: again a wrong user name or password; its requests are refused for {Seconds} s. Does a client there still have an old password?")]
    public static partial void MustWait(ILogger logger, IPAddress address, double seconds);

    [LoggerMessage(EventId = 4956, Level = LogLevel.Warning, Message = "{Endpoint}: {Maximum} connections are open, which is the most; further ones are closed at once. Where 'bootappliance doctor' finds that few files may be open, a higher limit (LimitNOFILE=, ulimit -Hn) allows more")]
    public static partial void TooManyConnections(ILogger logger, EndPoint endpoint, int maximum);

    [LoggerMessage(EventId = 4957, Level = LogLevel.Debug, Message = "{Address}: a web page of another site, or by a name that is none of this machine's loopback; refused")]
    public static partial void FromAPage(ILogger logger, IPAddress? address);
}
