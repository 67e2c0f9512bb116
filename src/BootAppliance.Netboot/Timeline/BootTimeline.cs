using System.Net;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Netboot.Plans;
using BootAppliance.Netboot.Progress;
using BootAppliance.Nodes;
using Microsoft.Extensions.Logging;

namespace BootAppliance.Netboot.Timeline;

/// <summary>Writes what is seen of each machine into the event log, in words that an operator understands.</summary>
public sealed partial class BootTimeline
{
    private readonly EventLog events;
    private readonly NodeRegistry nodes;
    private readonly MachineAddresses addresses;
    private readonly BootLoopGuard guard;
    private readonly ILogger<BootTimeline> logger;
    private readonly StrangerBudget strangers;
    private readonly PiecewiseReads pieces;

    /// <summary>Begins an empty timeline.</summary>
    public BootTimeline(EventLog events, NodeRegistry nodes, MachineAddresses addresses, BootLoopGuard guard, TimeProvider time, ILogger<BootTimeline> logger)
    {
        (this.events, this.nodes, this.addresses, this.guard, this.logger) = (events, nodes, addresses, guard, logger);
        strangers = new StrangerBudget(time);
        pieces = new PiecewiseReads(time, PiecesSent);
    }

    /// <summary>The catch-all script was fetched.</summary>
    public void CatchAllFetched(IPAddress from)
    {
        var machine = addresses.Find(from);
        if (machine is { } mac) guard.Trials.Ran(mac);
        Add(machine, from, MachineEventKind.CatchAllFetched, "iPXE fetched the catch-all script");
    }

    /// <summary>
    /// The first script of a boot program was fetched. False: it is none of these but a loader, which is not recorded here.
    /// </summary>
    /// <param name="from">Who fetched it.</param>
    /// <param name="path">The name, as it was asked for.</param>
    public bool Fetched(IPAddress from, string path)
    {
        var asked = AskedFile.Read(path);
        switch (asked.Role)
        {
            case AskedFileRole.Autoexec:
                Add(addresses.Find(from), from, MachineEventKind.AutoexecFetched, $"iPXE fetched {path}, which leads to the catch-all script", seen => seen with { File = path });
                return true;

            case AskedFileRole.GrubCatchAll:
                Add(addresses.Find(from), from, MachineEventKind.CatchAllFetched, $"GRUB fetched {path}, the catch-all configuration", seen => seen with { File = path });
                return true;

            // Only the operator's own goes by this name.
            case AskedFileRole.GrubNode:
                ScriptReached(from, asked.Machine);
                Add(asked.Machine, from, MachineEventKind.ScriptServed, $"got its GRUB configuration {path}", seen => seen with { File = path });
                return true;

            default:
                return false;
        }
    }

    /// <summary>A boot script was asked for by the MAC address in its URL, and was made or refused.</summary>
    public void ScriptAnswered(IPAddress from, MacAddress? mac, ScriptAnswer answer)
    {
        // The catch-all asks for every NIC of the machine; those that no node has are no news.
        if (answer.Node is not { } node) return;
        // By who asks, not by whom the URL names: anybody can name a node.
        var asking = addresses.Find(from);
        var tells = MayTell(asking);
        // Loads count for the NIC that did PXE, and the script may be that of another NIC of the machine.
        if (answer is { Text: not null, Loop: null })
        {
            foreach (var port in node.Ports) guard.ScriptReached(port.Address);
            if (asking is { } known) guard.ScriptReached(known);
        }

        if (mac is { } machine && asking != machine) addresses.Learn(from, machine);
        var (kind, what) = answer switch
        {
            { Loop: not null } => (MachineEventKind.BootLoop, "was told on its console what is wrong"),
            { Text: null } => (MachineEventKind.ScriptRefused, "got no script"),
            { Plan: BootPlan.Nothing } => (MachineEventKind.ScriptRefused, "has nothing to boot"),
            { Plan: BootPlan.Network } => (MachineEventKind.ScriptServed, "got its script"),
            { Plan: BootPlan.Unavailable } => (MachineEventKind.ImageUnavailable, "was told on its console to wait"),
            _ => (MachineEventKind.LocalBoot, "was sent to its local disk"),
        };
        if (tells) Add(mac ?? asking, from, kind, $"{what}: {answer.Why}", seen => seen with { NodeUuid = node.Uuid, State = node.ProvisionState });
    }

    /// <summary>The end of the catch-all was reached.</summary>
    public void FallbackServed(IPAddress from, IReadOnlyList<MacAddress> macs, ScriptAnswer answer)
    {
        var ofNode = macs.Where(address => answer.Node?.HasPort(address) == true).Select(address => (MacAddress?)address).FirstOrDefault();
        var mac = ofNode ?? (macs.Count > 0 ? macs[0] : addresses.Find(from));
        var (kind, what) = answer switch
        {
            { Loop: not null } => (MachineEventKind.BootLoop, "was told on its console what is wrong"),
            { Unknown: UnknownNodeAction.Error or UnknownNodeAction.Discover } => (MachineEventKind.UnknownMachine, "waits to become a node"),
            { Plan: BootPlan.Network } => (MachineEventKind.ScriptServed, "got its script at the second try"),
            { Plan: BootPlan.Unavailable } => (MachineEventKind.ImageUnavailable, "was told on its console to wait"),
            { Plan: BootPlan.Nothing, Node.ProvisionState: ProvisionState.Active } => (MachineEventKind.ScriptRefused, "has nothing to boot and was sent to its local disk"),
            _ => (MachineEventKind.LocalBoot, "was sent to its local disk"),
        };
        if (answer.Loop is null) ScriptReached(from, [.. macs]);
        if (MayTell(addresses.Find(from))) Add(mac, from, kind, $"{what}: {answer.Why}", seen => seen with { NodeUuid = answer.Node?.Uuid, State = answer.Node?.ProvisionState });
    }

    /// <summary>A file was asked for that is not there; worth a word only where it is known which machine asked.</summary>
    public void ImageRefused(IPAddress from, string path, string why)
    {
        if (addresses.Find(from) is { } mac) Add(mac, from, MachineEventKind.ImageRefused, $"asked for {path} and did not get it: {why}", seen => seen with { File = path });
    }

    /// <summary>A loader was sent over HTTP.</summary>
    public void LoaderSent(IPAddress from, string file, long bytes, TimeSpan duration, bool complete) =>
        Sent(from, file, bytes, duration, complete ? MachineEventKind.LoaderSent : MachineEventKind.LoaderFailed);

    /// <summary>An image that takes long is under way over HTTP.</summary>
    public void ImageUnderWay(IPAddress from, string file, long bytes, long length, TimeSpan duration)
    {
        ScriptReached(from);
        AddOfImage(from, file, MachineEventKind.ImageProgress, $"is loading {file}: {Quantity.Share(bytes, length)} after {duration.TotalSeconds:0} s", bytes, duration);
    }

    /// <summary>A machine takes nothing any more of an image over HTTP.</summary>
    public void ImageStalled(IPAddress from, string file, long bytes, long length, TimeSpan silence) =>
        AddOfImage(from, file, MachineEventKind.ImageStalled, $"has taken nothing of {file} for {silence.TotalSeconds:0} s: it has {Quantity.Share(bytes, length)}", bytes);

    /// <summary>A machine has all that there is of an image, and the source of the image sends nothing.</summary>
    public void ImageAwaited(IPAddress from, string file, long bytes, long length, TimeSpan silence) =>
        AddOfImage(from, file, MachineEventKind.ImageUnavailable, $"waits for {file}, whose source has sent nothing for {silence.TotalSeconds:0} s: it has {Quantity.Share(bytes, length)}", bytes);

    /// <summary>A kernel, initrd or another image was sent over HTTP, or a part of it as it was asked for; what broke off is told as such, part or not.</summary>
    public void ImageSent(IPAddress from, string file, long bytes, TimeSpan duration, bool complete, bool isPart = false)
    {
        if (complete && isPart)
        {
            pieces.Sent(from, file, bytes);
            return;
        }

        // Where the operator's own scripts lead to it, this is the first that is seen of a machine whose loader runs.
        if (complete) ScriptReached(from);
        Sent(from, file, bytes, duration, complete ? MachineEventKind.ImageSent : MachineEventKind.ImageAborted);
    }

    private void PiecesSent(IPAddress from, string file, PiecewiseRead read, bool isEnd)
    {
        ScriptReached(from);
        var (kind, text) = isEnd
            ? (MachineEventKind.ImageSent, $"read {file}: {Quantity.Transfer(read.Bytes, read.Duration)}, in {(read.Pieces == 1 ? "one piece" : $"{read.Pieces} pieces")}")
            : (MachineEventKind.ImageProgress, $"is reading {file} in pieces, as from a disc: {Quantity.Size(read.Bytes)} so far");
        AddOfImage(from, file, kind, text, read.Bytes, read.Duration);
    }

    private void AddOfImage(IPAddress from, string file, MachineEventKind kind, string text, long bytes, TimeSpan? duration = null)
    {
        var machine = addresses.Find(from);
        if (MayTell(machine)) Add(machine, from, kind, text, seen => seen with { File = file, Bytes = bytes, Duration = duration });
    }

    private void ScriptReached(IPAddress from, params ReadOnlySpan<MacAddress> macs)
    {
        foreach (var mac in macs) guard.ScriptReached(mac);
        if (addresses.Find(from) is { } machine) guard.ScriptReached(machine);
    }

    private void Sent(IPAddress from, string file, long bytes, TimeSpan duration, MachineEventKind kind, string? detail = null)
    {
        var broken = kind is MachineEventKind.LoaderFailed or MachineEventKind.ImageAborted;
        var text = broken
            ? $"broke off while loading {file} after {Quantity.Transfer(bytes, duration)}{(detail is null ? "" : $": {detail}")}"
            : $"loaded {file}: {Quantity.Transfer(bytes, duration)}";
        var machine = addresses.Find(from);
        if (MayTell(machine)) Add(machine, from, kind, text, seen => seen with { File = file, Bytes = bytes, Duration = duration });
        if (kind == MachineEventKind.LoaderSent && machine is { } mac && guard.LoaderSent(mac, file) is { } loop)
            Add(mac, from, MachineEventKind.BootLoop, $"{loop.Seen}; {BootLoop.Advice}", seen => seen with { File = file });
    }

    private void Add(MacAddress? mac, IPAddress? address, MachineEventKind kind, string text, Func<MachineEvent, MachineEvent>? more = null)
    {
        var seen = new MachineEvent
        {
            Kind = kind,
            Text = text,
            Mac = mac,
            Address = address,
            NodeUuid = mac is { } machine ? nodes.FindByMac(machine)?.Uuid : null,
        };
        events.Append(more is null ? seen : more(seen));

        // What DHCP and TFTP do is in their own logs already.
        if (kind is MachineEventKind.DhcpOffer or MachineEventKind.DhcpAck or MachineEventKind.DhcpNak or MachineEventKind.DhcpProblem) return;
        if (BootProgress.IsTrouble(kind)) TimelineLog.Trouble(logger, mac, address, Readable(text));
        else TimelineLog.Milestone(logger, mac, address, Readable(text));
    }

    /// <summary>A machine asks for files by any name; what it sends must not speak to the terminal that shows the log.</summary>
    private static string Readable(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : text;
}
