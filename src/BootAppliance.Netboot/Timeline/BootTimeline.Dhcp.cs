using System.Net;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Timeline;

public sealed partial class BootTimeline : IDhcpObserver
{
    /// <inheritdoc/>
    public void Answered(DhcpExchange exchange)
    {
        // A machine that runs for days renews all the time; that would push its boot out of the log.
        if (exchange.IsRenewal || BootFileSelector.ToMac(exchange.Client.HardwareAddress) is not { } mac) return;
        pieces.End(address => addresses.Find(address) == mac);
        if (!MayTell(mac)) return;
        var who = BootFileSelector.Describe(exchange.Client);
        var file = exchange.BootFile is null ? "" : $": {exchange.BootFile}";
        if (guard.Trials.Find(mac) is { } trial && exchange.BootFile?.EndsWith(trial.Instead, StringComparison.Ordinal) == true) file += $" ({trial.Seen})";
        var (kind, text) = exchange.Sent switch
        {
            DhcpMessageType.Offer when exchange.Address.Equals(IPAddress.Any) =>
                (MachineEventKind.DhcpOffer, $"offered boot information to {who}, its address comes from the other DHCP server{file}"),
            DhcpMessageType.Offer => (MachineEventKind.DhcpOffer, $"offered {exchange.Address} to {who}{file}"),
            DhcpMessageType.Nak => (MachineEventKind.DhcpNak, $"refused {exchange.Address} to {who}: it belongs to another network or machine"),
            _ => (MachineEventKind.DhcpAck, $"{who} has {exchange.Address}"),
        };
        var address = exchange.Address.Equals(IPAddress.Any) ? null : exchange.Address;
        if (address is not null && (exchange is { Sent: DhcpMessageType.Ack, LeaseTime: null } || IsTakenByOffer(exchange))) Learn(address, mac);
        Add(mac, address, kind, text, seen => seen with { Stage = StageOf(exchange.Client), Client = who, File = exchange.BootFile });
    }

    /// <inheritdoc/>
    public void Dropped(DhcpDropReason reason, DhcpClient? client, string detail)
    {
        if (client is null || reason.IsNotForUs()) return;
        AddOf(client, null, MachineEventKind.DhcpProblem, detail.Length > 0 ? $"{reason.Describe()} ({detail})" : reason.Describe());
    }

    /// <inheritdoc/>
    public void Noticed(DhcpNotice notice)
    {
        switch (notice)
        {
            case DhcpNotice.Declined(_, var client, var address):
                AddOf(client, address, MachineEventKind.DhcpProblem, $"found {address} in use by another machine and declined it; look for a machine with that address set by hand");
                break;
            case DhcpNotice.AddressedElsewhere(_, var client, var address):
                TakenElsewhere(client, address);
                break;
            case DhcpNotice.ProxyOfferIgnored(_, var client):
                AddOf(client, null, MachineEventKind.DhcpProblem, "repeats its request and does not take the proxy offer, as some firmware never does: give it its address from here, by a reservation in Dhcp:Subnets");
                break;
            case DhcpNotice.ForeignServerFound(var nic, var server):
                Add(null, server.Address, MachineEventKind.DhcpProblem, $"another DHCP server answers on {nic}: {server}; machines may take its boot file");
                break;
            case DhcpNotice.ForeignServerGone(var nic, var server):
                Add(null, server.Address, MachineEventKind.DhcpProblem, $"the other DHCP server on {nic} does not answer any more: {server}");
                break;
            case DhcpNotice.AddressServerMissing(var nic):
                Add(null, null, MachineEventKind.DhcpProblem, $"no DHCP server on {nic} gives addresses, and in Dhcp:Mode Proxy this one does not either");
                break;
            case DhcpNotice.AddressServerFound(var nic, var server):
                Add(null, server.Address, MachineEventKind.DhcpProblem, $"a DHCP server on {nic} gives addresses again: {server}");
                break;
        }
    }

    /// <summary>The boot ROM of a Raspberry Pi uses the address that it is offered, and never says so.</summary>
    private static bool IsTakenByOffer(DhcpExchange exchange) => exchange.Sent == DhcpMessageType.Offer && RaspberryPi.IsOne(exchange.Client);

    private void TakenElsewhere(DhcpClient client, IPAddress address)
    {
        if (BootFileSelector.ToMac(client.HardwareAddress) is { } mac) Learn(address, mac);
        AddOf(client, address, MachineEventKind.DhcpAck, $"{BootFileSelector.Describe(client)} takes {address} from the other DHCP server");
    }

    private void Learn(IPAddress address, MacAddress machine)
    {
        if (addresses.Find(address) != machine) addresses.Learn(address, machine);
    }

    private void AddOf(DhcpClient client, IPAddress? address, MachineEventKind kind, string text)
    {
        var mac = BootFileSelector.ToMac(client.HardwareAddress);
        if (MayTell(mac)) Add(mac, address, kind, text, seen => seen with { Stage = StageOf(client), Client = BootFileSelector.Describe(client) });
    }

    private bool MayTell(MacAddress? mac) => (mac is { } machine && nodes.FindByMac(machine) is not null) || strangers.TryTake();

    private static BootStage StageOf(DhcpClient client) => client.Kind switch
    {
        BootClientKind.None => BootStage.System,
        BootClientKind.Ipxe => BootStage.Ipxe,
        _ => BootStage.Firmware,
    };
}
