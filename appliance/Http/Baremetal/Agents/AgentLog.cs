namespace BootAppliance.Http.Baremetal.Agents;

internal static partial class AgentLog
{
    [LoggerMessage(4110, LogLevel.Warning, "node {Node}: its machine starts anew, and the token of the agent before could not be taken away: {Problem}")]
    public static partial void TokenKept(ILogger logger, string node, string problem);
}
