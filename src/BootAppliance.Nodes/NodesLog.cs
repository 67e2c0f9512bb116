using Microsoft.Extensions.Logging;

namespace BootAppliance.Nodes;

internal static partial class NodesLog
{
    [LoggerMessage(4001, LogLevel.Information, "Node {Node}: {Change}")]
    public static partial void StateChanged(this ILogger logger, string node, string change);

    [LoggerMessage(4002, LogLevel.Information, "{Count} nodes and their last events were loaded")]
    public static partial void Loaded(this ILogger logger, int count);

    [LoggerMessage(4003, LogLevel.Warning, "Events of the boot timeline cannot be stored; they are kept in memory only until the store works again")]
    public static partial void EventsNotStored(this ILogger logger, Exception exception);

    [LoggerMessage(4004, LogLevel.Information, "Events of the boot timeline are stored again; {Count} were not")]
    public static partial void EventsStoredAgain(this ILogger logger, long count);

    [LoggerMessage(4005, LogLevel.Warning, "Node {Node} was {State} when the appliance stopped, and could not be moved on: {Reason}")]
    public static partial void NotRecovered(this ILogger logger, string node, string state, string reason);

    [LoggerMessage(4006, LogLevel.Warning, "The discovered machine {Mac} cannot be stored; it is kept in memory only")]
    public static partial void MachineNotStored(this ILogger logger, MacAddress mac, Exception exception);

    [LoggerMessage(4007, LogLevel.Warning, "Node {Node} failed while it was {State}: {Reason}")]
    public static partial void WorkFailed(this ILogger logger, string node, string state, string reason);

    [LoggerMessage(4008, LogLevel.Warning, "Work on node {Node} was given up because the appliance is being stopped")]
    public static partial void GivenUp(this ILogger logger, string node);

    [LoggerMessage(4009, LogLevel.Error, "Work on node {Node} was stopped half-way")]
    public static partial void WorkStopped(this ILogger logger, string node, Exception failure);

    [LoggerMessage(4010, LogLevel.Warning, "Node {Node} is {State} for too long, and could not be moved on: {Reason}")]
    public static partial void NotFailed(this ILogger logger, string node, string state, string reason);
}
