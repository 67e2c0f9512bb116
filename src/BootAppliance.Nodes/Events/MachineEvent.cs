using System.Net;
using System.Text.Json;

namespace BootAppliance.Nodes;

/// <summary>One entry of the boot timeline: something that was seen of a machine, or done to its node.</summary>
public sealed record MachineEvent
{
    /// <summary>The event's place in the log, counted from 1 and never used again; set by <see cref="EventLog"/>.</summary>
    public long Sequence { get; init; }

    /// <summary>When it happened, UTC; set by <see cref="EventLog"/>.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>What happened.</summary>
    public required MachineEventKind Kind { get; init; }

    /// <summary>One sentence for people.</summary>
    public required string Text { get; init; }

    /// <summary>The interface that was seen, if one was.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>The node, if the machine is one.</summary>
    public Guid? NodeUuid { get; init; }

    /// <summary>The address that the machine has or was given.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Which program on the machine spoke, where that is known; the same machine asks for an address once in each stage.</summary>
    public BootStage? Stage { get; init; }

    /// <summary>What the machine runs, as in <c>UEFI x64 PXE</c>, <c>iPXE 1.21.1</c>, <c>Linux udhcpc</c>.</summary>
    public string? Client { get; init; }

    /// <summary>The file or URL that was offered or sent.</summary>
    public string? File { get; init; }

    /// <summary>How much was sent, in bytes.</summary>
    public long? Bytes { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The node's provision state at that moment, after the change if it was one.</summary>
    public ProvisionState? State { get; init; }
}

/// <summary>The words for the kinds of events.</summary>
public static class MachineEventKinds
{
    private static readonly Dictionary<MachineEventKind, string> words = Enum.GetValues<MachineEventKind>()
        .ToDictionary(kind => kind, kind => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString()));

    /// <summary>The kind as the API and the command line write it, as in <c>dhcp-offer</c>.</summary>
    public static string ToApiString(this MachineEventKind kind) => words[kind];
}
