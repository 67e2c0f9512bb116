using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Netboot.Export;

/// <summary>
/// Commands for OpenStack Neutron, whose ports have their DHCP options each: the options that Ironic gives them
/// (<c>ironic/common/pxe_utils.py</c>). Neutron's dnsmasq knows iPXE by the tag <c>ipxe</c> and architectures not at all, so the node must say
/// what its firmware is.
/// </summary>
internal static class NeutronExport
{
    /// <summary>Ironic refuses longer boot files, since Neutron does not take them.</summary>
    private const int LongestValue = 64;

    public static ExportText Render(DhcpExport export)
    {
        List<string> warnings = [.. export.Warnings];
        List<string> lines =
        [
            "#!/bin/sh",
            $"# Neutron gives the addresses, the BootAppliance at {export.NextServer} boots the machines (its Dhcp:Mode is Off).",
            "# Run this as a user who may change the ports; export it again when nodes or loaders have changed.",
            "set -e",
        ];
        if (export.Ipxe.BootFile.Length > LongestValue)
        {
            warnings.Add($"no port is written: {export.Ipxe.BootFile} is longer than the {LongestValue} characters that Neutron takes");
            return new(ExportText.OfLines(lines), [.. warnings]);
        }

        foreach (var machine in export.Machines)
        {
            if (machine.Node is not { } node || !node.Ports.Any(port => port.Address == machine.Mac && port.PxeEnabled)) continue;
            if ((machine.Architecture is { } architecture ? export.Find(machine.Mac, architecture) : null) is not { } offer)
                warnings.Add($"{machine.Mac} of node {machine.Label} is left out: there is no loader for what its properties/cpu_arch, capability boot_mode and boot_interface say of it");
            else if (offer.Boot.BootFile.Length > LongestValue)
                warnings.Add($"{machine.Mac} of node {machine.Label} is left out: {offer.Boot.BootFile} is longer than the {LongestValue} characters that Neutron takes");
            else lines.AddRange(Port(export, machine, offer));
        }

        return new(ExportText.OfLines(lines), [.. warnings]);
    }

    private static IEnumerable<string> Port(DhcpExport export, ExportedMachine machine, FirmwareOffer offer)
    {
        yield return "";
        yield return $"# {machine.Label}, {offer.Firmware}";
        yield return "openstack port set \\";
        foreach (var (name, value) in Options(export, offer.Boot)) yield return $"    --extra-dhcp-option 'name={name},value={value},ip-version=4' \\";
        yield return $"    \"$(openstack port list --mac-address {machine.Mac} -f value -c ID)\"";
    }

    private static IEnumerable<(string Name, string Value)> Options(DhcpExport export, OfferedBoot boot)
    {
        const int serverAddress = 255; // not an option on the wire: dnsmasq's name for siaddr
        var server = export.NextServer.ToString();
        yield return ($"tag:!ipxe,{(byte)DhcpOptionCode.BootFileName}", boot.BootFile);
        yield return ($"tag:ipxe,{(byte)DhcpOptionCode.BootFileName}", export.Ipxe.BootFile);
        if (boot.VendorClass == "HTTPClient") yield return ($"{(byte)DhcpOptionCode.VendorClassIdentifier}", boot.VendorClass);
        yield return ($"{(byte)DhcpOptionCode.TftpServerName}", server);
        yield return ($"{(byte)DhcpOptionCode.TftpServerAddress}", server);
        yield return ($"{serverAddress}", server);
    }
}
