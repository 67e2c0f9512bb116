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
        }
    }

    [LoggerMessage(1000, LogLevel.Information, "{Interface} serves DHCP at {Address} on UDP port {UdpPort}")]
    public static partial void Listening(ILogger logger, string @interface, IPAddress address, int udpPort);

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

    [LoggerMessage(1016, LogLevel.Warning, "{Interface} {Xid:x8} {Mac} is answered without options {Options}: the client takes {Bytes} bytes; shorten the options of its subnet")]
    public static partial void OptionsLeftOut(ILogger logger, string @interface, uint xid, HardwareAddress mac, string options, int bytes);

    [LoggerMessage(1014, LogLevel.Debug, "{Interface} {Mac} takes {Address} from the other DHCP server")]
    public static partial void AddressedElsewhere(ILogger logger, string @interface, HardwareAddress mac, IPAddress address);

    [LoggerMessage(1015, LogLevel.Warning, "{Interface} {Mac} {Kind} repeats its DHCPDISCOVER and takes no proxy offer; some firmware never does: give it its address from here (Dhcp:Mode Reservations or Pool)")]
    public static partial void ProxyOfferIgnored(ILogger logger, string @interface, HardwareAddress mac, BootClientKind kind);
}
