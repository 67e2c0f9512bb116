using System.Text.Json.Serialization;

namespace BootAppliance.Nodes;

/// <summary>What happened to a machine; the words are stable, clients filter by them.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MachineEventKind>))]
public enum MachineEventKind
{
    /// <summary>An address or boot information was offered.</summary>
    [JsonStringEnumMemberName("dhcp-offer")]
    DhcpOffer,

    /// <summary>An address or boot information was acknowledged.</summary>
    [JsonStringEnumMemberName("dhcp-ack")]
    DhcpAck,

    /// <summary>A request was refused with DHCPNAK.</summary>
    [JsonStringEnumMemberName("dhcp-nak")]
    DhcpNak,

    /// <summary>The machine could not be given an address.</summary>
    [JsonStringEnumMemberName("dhcp-problem")]
    DhcpProblem,

    /// <summary>A loader was sent completely.</summary>
    [JsonStringEnumMemberName("loader-sent")]
    LoaderSent,

    /// <summary>A loader could not be sent.</summary>
    [JsonStringEnumMemberName("loader-failed")]
    LoaderFailed,

    /// <summary>One and the same loader was sent again and again, and the machine never came to its script.</summary>
    [JsonStringEnumMemberName("boot-loop")]
    BootLoop,

    /// <summary>iPXE fetched the script that it looks for beside itself.</summary>
    [JsonStringEnumMemberName("autoexec-fetched")]
    AutoexecFetched,

    /// <summary>The catch-all script was fetched.</summary>
    [JsonStringEnumMemberName("catch-all-fetched")]
    CatchAllFetched,

    /// <summary>The machine got the boot script of its node.</summary>
    [JsonStringEnumMemberName("script-served")]
    ScriptServed,

    /// <summary>The machine asked for a boot script and got none.</summary>
    [JsonStringEnumMemberName("script-refused")]
    ScriptRefused,

    /// <summary>A kernel, initrd or other image was sent completely.</summary>
    [JsonStringEnumMemberName("image-sent")]
    ImageSent,

    /// <summary>An image that takes long is under way; told a few times at most.</summary>
    [JsonStringEnumMemberName("image-progress")]
    ImageProgress,

    /// <summary>The machine takes nothing any more of the image that it loads, and has not broken off.</summary>
    [JsonStringEnumMemberName("image-stalled")]
    ImageStalled,

    /// <summary>The machine broke off while it loaded an image.</summary>
    [JsonStringEnumMemberName("image-aborted")]
    ImageAborted,

    /// <summary>The machine asked for an image that is not there.</summary>
    [JsonStringEnumMemberName("image-refused")]
    ImageRefused,

    /// <summary>An image that the machine is to boot cannot be had, or its source sends nothing, and the machine waits for it.</summary>
    [JsonStringEnumMemberName("image-unavailable")]
    ImageUnavailable,

    /// <summary>The appliance fetches an image that an instance is to live by.</summary>
    [JsonStringEnumMemberName("image-fetch")]
    ImageFetch,

    /// <summary>The machine was sent on to its local disk.</summary>
    [JsonStringEnumMemberName("local-boot")]
    LocalBoot,

    /// <summary>The agent on a machine looked its node up.</summary>
    [JsonStringEnumMemberName("agent-lookup")]
    AgentLookup,

    /// <summary>The agent on a machine reported that it is there.</summary>
    [JsonStringEnumMemberName("agent-heartbeat")]
    AgentHeartbeat,

    /// <summary>The agent on a machine posted what its inspection found.</summary>
    [JsonStringEnumMemberName("inspection-report")]
    InspectionReport,

    /// <summary>What somebody asked as the agent of a node was refused.</summary>
    [JsonStringEnumMemberName("agent-refused")]
    AgentRefused,

    /// <summary>A machine that is no node was recorded for adoption.</summary>
    [JsonStringEnumMemberName("discovered")]
    Discovered,

    /// <summary>A machine that is no node booted.</summary>
    [JsonStringEnumMemberName("unknown-machine")]
    UnknownMachine,

    /// <summary>A node went to another provision state.</summary>
    [JsonStringEnumMemberName("state-changed")]
    StateChanged,

    /// <summary>A node was added.</summary>
    [JsonStringEnumMemberName("node-added")]
    NodeAdded,

    /// <summary>A node's fields or ports were changed.</summary>
    [JsonStringEnumMemberName("node-changed")]
    NodeChanged,

    /// <summary>A node was removed.</summary>
    [JsonStringEnumMemberName("node-removed")]
    NodeRemoved,

    /// <summary>Told only to a live reader: it was too slow, and events before this one are gone.</summary>
    [JsonStringEnumMemberName("events-lost")]
    EventsLost,
}
