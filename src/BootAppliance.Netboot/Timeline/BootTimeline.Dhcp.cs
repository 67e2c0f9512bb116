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
        var who = BootFileSelector.Describe(exchange.Client);
        var file = exchange.BootFile is null ? "" : $": {exchange.BootFile}";
        var (kind, text) = exchange.Sent switch
        {
            DhcpMessageType.Offer => (MachineEventKind.DhcpOffer, $"offered {exchange.Address} to {who}{file}"),
            DhcpMessageType.Nak => (MachineEventKind.DhcpNak, $"refused {exchange.Address} to {who}: it belongs to another network or machine"),
            _ => (MachineEventKind.DhcpAck, $"{who} has {exchange.Address}"),
        };
        Add(mac, exchange.Address, kind, text, seen => seen with { Stage = StageOf(exchange.Client), Client = who, File = exchange.BootFile });
    }

    /// <inheritdoc/>
    public void Dropped(DhcpDropReason reason, DhcpClient? client, string detail)
    {
        if (client is null || reason.IsNotForUs()) return;
        var mac = BootFileSelector.ToMac(client.HardwareAddress);
        Add(mac, null, MachineEventKind.DhcpProblem, detail.Length > 0 ? $"{reason.Describe()} ({detail})" : reason.Describe(), seen => seen with { Stage = StageOf(client), Client = BootFileSelector.Describe(client) });
    }

    private static BootStage StageOf(DhcpClient client) => client.Kind switch
    {
        BootClientKind.None => BootStage.System,
        BootClientKind.Ipxe => BootStage.Ipxe,
        _ => BootStage.Firmware,
    };
}
