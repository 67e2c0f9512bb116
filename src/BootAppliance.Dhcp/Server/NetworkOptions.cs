using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>What a client is told about its network.</summary>
internal static class NetworkOptions
{
    public static void AddTo(DhcpOptionsBuilder options, DhcpQuestion question, BootOffer? boot)
    {
        // Without these three a machine can do nothing, and ROMs that leave them out of their list need them all the same.
        var (request, subnet) = (question.Message, question.Subnet);
        options
            .Add(DhcpOptionCode.SubnetMask, subnet.Mask)
            .Add(DhcpOptionCode.Router, subnet.Router)
            .Add(DhcpOptionCode.DomainNameServer, subnet.DnsServers);

        // RFC 2131 section 4.3.1: the rest only when asked for. dnsmasq and Kea do the same, and dnsmasq derives 28, too.
        if (request.AsksFor(DhcpOptionCode.HostName)) options.Add(DhcpOptionCode.HostName, subnet.ReservationFor(question.Mac)?.HostName);
        if (request.AsksFor(DhcpOptionCode.DomainName)) options.Add(DhcpOptionCode.DomainName, subnet.DomainName);
        if (request.AsksFor(DhcpOptionCode.NtpServers)) options.Add(DhcpOptionCode.NtpServers, subnet.NtpServers);
        if (request.AsksFor(DhcpOptionCode.BroadcastAddress)) options.Add(DhcpOptionCode.BroadcastAddress, Broadcast(subnet));
        AddOperators(options, question);
        if (boot is not null && request.AsksByName(DhcpOptionCode.TftpServerAddress) && !Has(subnet, DhcpOptionCode.TftpServerAddress))
            options.Add(DhcpOptionCode.TftpServerAddress, boot.NextServer);
    }

    private static void AddOperators(DhcpOptionsBuilder options, DhcpQuestion question)
    {
        // By index, here and below: an enumerator of an interface is an allocation.
        for (var i = 0; i < question.Subnet.Options.Count; i++)
        {
            var option = question.Subnet.Options[i];

            // To a boot client option 43 is PXE's.
            if (option.Code == DhcpOptionCode.VendorSpecificInformation && question.Client.IsBootClient) continue;
            if (option.Always || question.Message.AsksFor(option.Code)) options.Add(option.Code, option.Value.Span);
        }
    }

    private static bool Has(Subnet subnet, DhcpOptionCode code)
    {
        for (var i = 0; i < subnet.Options.Count; i++)
            if (subnet.Options[i].Code == code) return true;
        return false;
    }

    // RFC 3021: a link of two addresses has none.
    private static IPAddress? Broadcast(Subnet subnet) =>
        subnet.Prefix.PrefixLength >= 31 ? null : Ipv4.FromNumber(subnet.Prefix.BaseAddress.ToNumber() | ~subnet.Prefix.Mask());
}
