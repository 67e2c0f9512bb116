using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Preview;

/// <summary>One stage of a boot that has not happened yet.</summary>
/// <param name="Stage">The protocol or program: <c>dhcp</c>, <c>tftp</c>, <c>http</c>, <c>autoexec</c>, <c>ipxe dhcp</c>, <c>catch-all</c>, <c>script</c>, <c>fallback</c>.</param>
/// <param name="Offer">What the machine is offered or served.</param>
/// <param name="Why">Why, in one sentence.</param>
/// <param name="Content">The text of a script, or null.</param>
public sealed record PreviewStage(string Stage, string Offer, string Why, string? Content = null);

/// <summary>Asks the resolver, stage by stage, what a machine would be offered and served now.</summary>
public sealed class BootPreview(BootResolver resolver, DhcpServerSettings dhcp)
{
    /// <summary>The stages that a machine with this NIC and this firmware would go through.</summary>
    public IReadOnlyList<PreviewStage> Show(MacAddress mac, BootClientKind firmware, ClientArchitecture architecture)
    {
        List<PreviewStage> stages = [];
        var client = Client(mac, firmware, architecture);
        if (!Answered(stages, client)) return stages;
        if (firmware != BootClientKind.Ipxe)
        {
            var choice = resolver.Loaders.Select(client);
            if (choice is LoaderChoice.None || RaspberryPi.IsOne(client))
            {
                stages.Add(new("dhcp", Words(choice), choice.Why));
                return stages;
            }

            stages.Add(new("dhcp", Words(choice), choice.Why + FormWords(client)));
            stages.Add(choice is LoaderChoice.Url url
                ? new("http", url.Address, "the firmware loads it by HTTP and runs it")
                : new("tftp", Words(choice), "the firmware loads it by TFTP and runs it"));
            if (LoaderTable.LeadsToGrub(Words(choice)))
            {
                Grub(stages, mac, choice is LoaderChoice.File && !GivesAddress(client));
                return stages;
            }

            if (Words(choice).EndsWith(".efi", StringComparison.OrdinalIgnoreCase)) Autoexec(stages, mac);
        }

        Ipxe(stages, mac, architecture);
        return stages;
    }

    /// <summary>Whether the machine gets an answer at all; where another server gives the addresses, the rest is what that one has to say.</summary>
    private bool Answered(List<PreviewStage> stages, DhcpClient client)
    {
        if (dhcp.Mode == DhcpMode.Off)
        {
            stages.Add(new("dhcp", "no answer from here", "Dhcp:Mode is Off: another DHCP server must name what follows"));
            return true;
        }

        var reserved = HasReservation(client);
        var reason = dhcp.FindRefusal(client, reserved || resolver.Loaders.IsKnown(client.HardwareAddress))
            ?? (dhcp.Mode == DhcpMode.Reservations && !reserved ? DhcpDropReason.NoReservation : null);
        if (reason is not { } refused) return true;
        stages.Add(new("dhcp", "no answer", refused.Describe()));
        return false;
    }

    private void Autoexec(List<PreviewStage> stages, MacAddress mac)
    {
        var script = resolver.Generate(AskedFile.AutoexecName, mac);
        stages.Add(new("autoexec", AskedFile.AutoexecName, "an iPXE for UEFI looks for it beside itself and runs it first", script?.Text));
    }

    private void Ipxe(List<PreviewStage> stages, MacAddress mac, ClientArchitecture architecture)
    {
        var choice = resolver.Loaders.Select(Client(mac, BootClientKind.Ipxe, architecture));
        stages.Add(new("ipxe dhcp", Words(choice), choice.Why));
        stages.Add(new("catch-all", resolver.Policy.CatchAllUrl, "the same script for every machine: it asks for the script of each NIC in turn", resolver.CatchAll(mac)));
        var url = resolver.Policy.ScriptUrl(mac.ToHyphenated());
        if (!resolver.Policy.UseBootConfigApi)
        {
            stages.Add(new("script", url, "Boot:UseBootConfigApi is false: a file of the operator's, if it is there"));
            return;
        }

        var answer = resolver.BootConfig(mac, BootResolver.ScriptName);
        stages.Add(new("script", answer.Text is null ? url + " (404)" : url, answer.Loop?.Seen ?? answer.Why, answer.Text));
        if (answer.Text is not null) return;
        var fallback = resolver.Fallback([mac]);
        stages.Add(new("fallback", resolver.Policy.FallbackUrl, fallback.Why, fallback.Text));
    }

    private void Grub(List<PreviewStage> stages, MacAddress mac, bool asksTheOtherServer)
    {
        var caution = asksTheOtherServer ? "; but GRUB asks the next server of whoever gave the address: that other DHCP server must name this appliance; in Dhcp:Mode Proxy a reservation here does as well" : "";
        stages.Add(new("catch-all", $"grub/{AskedFile.GrubName}", "shim runs GRUB, which asks for it beside itself: it leads to the configuration of the NIC" + caution, resolver.Generate(AskedFile.GrubName, mac)?.Text));
        var answer = resolver.GrubConfig(mac);
        stages.Add(new("script", $"{resolver.Policy.RootUrl}/boot/{mac}/{AskedFile.GrubName}", answer.Why, answer.Text));
    }

    private bool HasReservation(DhcpClient client) => dhcp.Subnets.Any(subnet => subnet.ReservationFor(client.HardwareAddress) is not null);

    private bool GivesAddress(DhcpClient client) => dhcp.Mode switch
    {
        DhcpMode.Off => false,
        DhcpMode.Proxy => HasReservation(client),
        _ => true,
    };

    /// <summary>What options 60 and 43 of the answer say, and who wanted that.</summary>
    private string FormWords(DhcpClient client)
    {
        if (dhcp.Mode == DhcpMode.Off || client.Kind is not (BootClientKind.BiosPxe or BootClientKind.UefiPxe)) return "";
        var wanted = resolver.Loaders.FormFor(client);
        var form = BootReplyForm.Decide(client.Kind, GivesAddress(client), wanted) switch
        {
            PxeReplyForm.DiscoveryControl => $"option 60 PXEClient and option 43 {Convert.ToHexStringLower(PxeVendorOptions.SkipDiscovery.Span)}: it loads this file at once",
            PxeReplyForm.VendorClass => "option 60 PXEClient and no option 43: it asks port 4011 for this file",
            _ => "neither option 60 nor 43: a plain DHCP answer with a file",
        };
        return $"; the answer has {form}{(wanted == PxeReplyForm.Automatic ? "" : $", as the node's driver_info/{NodeFirmware.ReplyFormField} asks for")}";
    }

    private static string Words(LoaderChoice choice) => choice switch
    {
        LoaderChoice.File file => file.Name,
        LoaderChoice.Url url => url.Address,
        _ => "no boot file",
    };

    private static DhcpClient Client(MacAddress mac, BootClientKind kind, ClientArchitecture architecture)
    {
        var bytes = new byte[6];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)(mac.ToUInt64() >> (40 - (8 * i)));
        return new DhcpClient { HardwareAddress = new HardwareAddress(HardwareAddress.Ethernet, bytes), Kind = kind, Architectures = [architecture] };
    }
}
