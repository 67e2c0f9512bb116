using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;
using Microsoft.Extensions.Logging;

namespace BootAppliance.Dhcp.Server;

internal static partial class DhcpLog
{
    public static void Notice(ILogger logger, DhcpNotice notice)
    {
        switch (notice)
        {
            case DhcpNotice.Released(var @interface, var client, var address):
                Released(logger, @interface, client.HardwareAddress, address);
                break;
            case DhcpNotice.Declined(var @interface, var client, var address):
                Declined(logger, @interface, client.HardwareAddress, address, LeaseTable.QuarantineTime.TotalMinutes);
                break;
            case DhcpNotice.AddressedElsewhere(var @interface, var client, var address):
                AddressedElsewhere(logger, @interface, client.HardwareAddress, address);
                break;
            case DhcpNotice.ProxyOfferIgnored(var @interface, var client):
                ProxyOfferIgnored(logger, @interface, client.HardwareAddress, client.Kind);
                break;
            case DhcpNotice.ForeignServerFound(var @interface, var server):
                ForeignServerFound(logger, @interface, server);
                break;
            case DhcpNotice.ForeignServerGone(var @interface, var server):
                ForeignServerGone(logger, @interface, server);
                break;
            case DhcpNotice.AddressServerMissing(var @interface):
                AddressServerMissing(logger, @interface);
                break;
            case DhcpNotice.AddressServerFound(var @interface, var server):
                AddressServerFound(logger, @interface, server);
                break;
        }
    }

    [LoggerMessage(1000, LogLevel.Information, "{Interface} serves DHCP at {Address} on UDP port {UdpPort}")]
    public static partial void Listening(ILogger logger, string @interface, IPAddress address, int udpPort);

    [LoggerMessage(1022, LogLevel.Information, "{Interface} the relay {Relay} sends requests here (first one since the start)")]
    public static partial void RelaySeen(ILogger logger, string @interface, IPAddress relay);

    [LoggerMessage(1001, LogLevel.Debug, "{Interface} {Xid:x8} {Mac} {Received} answered by {Sent} {Address}, boot file {BootFile}")]
    public static partial void Answered(
        ILogger logger, string @interface, uint xid, HardwareAddress mac, string received, string sent, IPAddress address, string? bootFile);

    [LoggerMessage(1002, LogLevel.Information, "{Interface} {Xid:x8} {Mac} {Kind} has {Address} for {Seconds} s and boots {BootFile}")]
    public static partial void BootAcknowledged(
        ILogger logger, string @interface, uint xid, HardwareAddress mac, BootClientKind kind, IPAddress address, long seconds, string bootFile);

    [LoggerMessage(1003, LogLevel.Information, "{Interface} {Xid:x8} {Mac} was refused {Address} (DHCPNAK)")]
    public static partial void Denied(ILogger logger, string @interface, uint xid, HardwareAddress mac, IPAddress address);

    [LoggerMessage(1004, LogLevel.Debug, "{Interface} {Xid:x8} {Mac} dropped, {Reason}: {Sentence} {Detail}")]
    public static partial void NotForUs(
        ILogger logger, string @interface, uint xid, HardwareAddress mac, DhcpDropReason reason, string sentence, string detail);

    [LoggerMessage(1005, LogLevel.Warning, "{Interface} {Xid:x8} {Mac} dropped, {Reason}: {Sentence} {Detail}")]
    public static partial void Failed(
        ILogger logger, string @interface, uint xid, HardwareAddress mac, DhcpDropReason reason, string sentence, string detail);

    [LoggerMessage(1006, LogLevel.Debug, "{Interface} {Mac} released {Address}")]
    public static partial void Released(ILogger logger, string @interface, HardwareAddress mac, IPAddress address);

    [LoggerMessage(1007, LogLevel.Warning, "{Interface} {Mac} found {Address} in use; it is not given out for {Minutes} minutes: look for a machine with that address set by hand")]
    public static partial void Declined(ILogger logger, string @interface, HardwareAddress mac, IPAddress address, double minutes);

    [LoggerMessage(1008, LogLevel.Warning, "{Interface} {Xid:x8} {Mac} is not offered {Address}: {Holder} answers ARP for it; it is not given out for {Minutes} minutes")]
    public static partial void AddressInUse(
        ILogger logger, string @interface, uint xid, HardwareAddress mac, IPAddress address, HardwareAddress holder, double minutes);

    [LoggerMessage(1009, LogLevel.Warning, "{Interface} {Xid:x8} {Mac} keeps {Address} only until its stored lease ends: the store failed, look at the disk")]
    public static partial void CarriedOn(ILogger logger, Exception failure, string @interface, uint xid, HardwareAddress mac, IPAddress address);

    [LoggerMessage(1010, LogLevel.Warning, "{Interface} {Xid:x8} {Mac} the quarantine of {Address} lasts only until a restart: the store failed, look at the disk")]
    public static partial void QuarantineNotStored(
        ILogger logger, Exception failure, string @interface, uint xid, HardwareAddress mac, IPAddress address);

    [LoggerMessage(1011, LogLevel.Error, "{Interface} {Xid:x8} {Mac} a defect of this program cost a packet; please report it")]
    public static partial void Fault(ILogger logger, Exception fault, string @interface, uint xid, HardwareAddress mac);

    [LoggerMessage(1012, LogLevel.Warning, "{Interface} cannot be read, trying again in {Seconds} s; is it up?")]
    public static partial void ReceiveFailed(ILogger logger, Exception failure, string @interface, double seconds);

    [LoggerMessage(1013, LogLevel.Error, "{Interface} {Xid:x8} {Mac} a defect of this program: what became of the packet could not be recorded")]
    public static partial void ObserverFault(ILogger logger, Exception fault, string @interface, uint xid, HardwareAddress mac);

    [LoggerMessage(1017, LogLevel.Warning, "{Interface} another DHCP server answers: {Server}; machines may take its boot file instead of ours. Stop it, or name it in Dhcp:KnownServers")]
    public static partial void ForeignServerFound(ILogger logger, string @interface, ForeignServer server);

    [LoggerMessage(1018, LogLevel.Information, "{Interface} the other DHCP server does not answer any more: {Server}")]
    public static partial void ForeignServerGone(ILogger logger, string @interface, ForeignServer server);

    [LoggerMessage(1019, LogLevel.Warning, "{Interface} no DHCP server gives addresses, and in Dhcp:Mode Proxy this one does not either: no machine can boot. Start the other server, or set Dhcp:Mode to Pool")]
    public static partial void AddressServerMissing(ILogger logger, string @interface);

    [LoggerMessage(1020, LogLevel.Information, "{Interface} a DHCP server gives addresses again: {Server}")]
    public static partial void AddressServerFound(ILogger logger, string @interface, ForeignServer server);

    [LoggerMessage(1021, LogLevel.Warning, "{Interface} other DHCP servers could not be looked for, trying again in {Minutes} minutes; is it up?")]
    public static partial void LookFailed(ILogger logger, Exception failure, string @interface, double minutes);

    [LoggerMessage(1016, LogLevel.Warning, "{Interface} {Xid:x8} {Mac} is answered without options {Options}: the client takes {Bytes} bytes; shorten the options of its subnet")]
    public static partial void OptionsLeftOut(ILogger logger, string @interface, uint xid, HardwareAddress mac, string options, int bytes);

    [LoggerMessage(1014, LogLevel.Debug, "{Interface} {Mac} takes {Address} from the other DHCP server")]
    public static partial void AddressedElsewhere(ILogger logger, string @interface, HardwareAddress mac, IPAddress address);

    [LoggerMessage(1015, LogLevel.Warning, "{Interface} {Mac} {Kind} repeats its DHCPDISCOVER and takes no proxy offer; some firmware never does: give it its address from here, by a reservation in Dhcp:Subnets")]
    public static partial void ProxyOfferIgnored(ILogger logger, string @interface, HardwareAddress mac, BootClientKind kind);
}
