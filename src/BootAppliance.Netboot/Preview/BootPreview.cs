using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Netboot.Loaders;
using BootAppliance.Netboot.Plans;
using BootAppliance.Netboot.Scripts;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Preview;

/// <summary>One stage of a boot that has not happened yet.</summary>
/// <param name="Stage">The protocol or program: <c>subnet</c>, <c>dhcp</c>, <c>tftp</c>, <c>http</c>, <c>autoexec</c>, <c>ipxe dhcp</c>, <c>catch-all</c>, <c>first</c>, <c>script</c>, <c>fallback</c>, <c>agent</c>.</param>
/// <param name="Offer">What the machine is offered or served.</param>
/// <param name="Why">Why, in one sentence.</param>
/// <param name="Content">The text of a script, or null.</param>
public sealed record PreviewStage(string Stage, string Offer, string Why, string? Content = null);

/// <summary>Asks the resolver, stage by stage, what a machine would be offered and served now.</summary>
/// <param name="resolver">The resolver.</param>
/// <param name="dhcp">How DHCP answers.</param>
/// <param name="leases">Where machines were seen.</param>
/// <param name="find">What TFTP and HTTP have.</param>
public sealed class BootPreview(BootResolver resolver, DhcpServerSettings dhcp, LeaseTable leases, PreviewLookup find)
{
    private const string Operators = "a file of the operator's below Tftp:Root, which goes before the appliance's: what follows holds if it leads there";

    private const string GrubCatchAll = $"grub/{AskedFile.GrubName}";

    private readonly SubnetAnswers subnets = new(dhcp, leases);

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
                stages.Add(new("dhcp", Words(choice), choice.Why + PiWords(client)));
                return stages;
            }

            stages.Add(new("dhcp", Words(choice), choice.Why + FormWords(client)));
            var (protocol, loader) = choice is LoaderChoice.Url url ? ("HTTP", url.Address[resolver.Policy.LoaderUrl("").Length..]) : ("TFTP", Words(choice));
            var isThere = find(loader, mac) is not null;
            stages.Add(new(protocol.ToLowerInvariant(), isThere ? Words(choice) : Words(choice) + " (not found)",
                isThere ? $"the firmware loads it by {protocol} and runs it" : "it is neither below Tftp:Root nor inside the program: 'bootappliance firmware list' says what is"));
            if (!isThere) return stages;
            if (LoaderTable.LeadsToGrub(loader))
            {
                Grub(stages, mac, choice is LoaderChoice.File && !GivesAddress(client));
                return stages;
            }

            if (loader.EndsWith(".efi", StringComparison.OrdinalIgnoreCase)) Autoexec(stages, mac, loader[..(loader.LastIndexOf('/') + 1)]);
        }

        Ipxe(stages, mac, architecture);
        return stages;
    }

    /// <summary>Whether the machine gets an answer at all; where another server gives the addresses, the rest is what that one has to say.</summary>
    private bool Answered(List<PreviewStage> stages, DhcpClient client)
    {
        if (dhcp.Mode == DhcpMode.Off)
        {
            stages.Add(new("dhcp", "no answer from here", "Dhcp:Mode is Off: another DHCP server must name what follows, with the settings of 'bootappliance dhcp export'"));
            return true;
        }

        var answers = subnets.Ask(client, resolver.Loaders.IsKnown(client.HardwareAddress));
        var refusals = answers.Where(answer => answer.Refusal is not null).ToList();
        if (refusals.Count == 0) return true;
        if (refusals.Count == answers.Count)
        {
            stages.Add(new("dhcp", "no answer", refusals.DistinctBy(answer => answer.Refusal).Count() == 1 ? refusals[0].Refusal!.Value.Describe() : Reasons(refusals)));
            return false;
        }

        stages.Add(new("subnet", string.Join(", ", answers.Except(refusals)), $"only there it is answered; {Reasons(refusals)}"));
        return true;
    }

    private static string Reasons(IEnumerable<SubnetAnswer> refusals) => string.Join(" ", refusals.Select(answer => $"In {answer}: {answer.Refusal!.Value.Describe()}"));

    private void Autoexec(List<PreviewStage> stages, MacAddress mac, string folder)
    {
        var name = folder + AskedFile.AutoexecName;
        var script = find(name, mac);
        var whose = script?.IsOperators == true ? "; it is " + Operators : "";
        stages.Add(new("autoexec", name, "an iPXE for UEFI looks for it beside itself and runs it first" + whose, script?.Text));
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
        var elsewhere = resolver.Policy.ConfigApiRootUrl.Length > 0 ? "; Boot:ConfigApiRootUrl names that address, and what answers there counts" : "";
        stages.Add(new("script", answer.Text is null ? url + " (404)" : url, (answer.Loop?.Seen ?? answer.Why) + elsewhere, answer.Text));
        if (answer.Text is not null)
        {
            Agent(stages, answer);
            return;
        }

        var fallback = resolver.Fallback([mac]);
        stages.Add(new("fallback", resolver.Policy.FallbackUrl, fallback.Why, fallback.Text));
    }

    private void Grub(List<PreviewStage> stages, MacAddress mac, bool asksTheOtherServer)
    {
        var caution = asksTheOtherServer ? "; but GRUB asks the next server of whoever gave the address: that other DHCP server must name this appliance; in Dhcp:Mode Proxy a reservation here does as well" : "";
        var catchAll = find(GrubCatchAll, mac);
        var whose = catchAll?.IsOperators == true ? "; it is " + Operators : "";
        stages.Add(new("catch-all", GrubCatchAll, "shim runs GRUB, which asks for it beside itself: it leads to the configuration of the NIC" + whose + caution, catchAll?.Text));
        First(stages, mac);
        var answer = resolver.GrubConfig(mac);
        stages.Add(new("script", $"{resolver.Policy.RootUrl}/boot/{mac}/{AskedFile.GrubName}", answer.Why, answer.Text));
        Agent(stages, answer);
    }

    /// <summary>What the agent in the ramdisk does when it runs.</summary>
    private void Agent(List<PreviewStage> stages, ScriptAnswer answer)
    {
        if (answer is not { Loop: null, Plan: BootPlan.Network { Purpose: not BootPurpose.Instance } plan }) return;
        stages.Add(plan.Purpose == BootPurpose.Inspect
            ? new("agent", resolver.Policy.RootUrl + AgentArguments.InspectionPath, "the agent in the ramdisk posts there what it finds on the machine, which ends the inspection")
            : new("agent", resolver.Policy.RootUrl + "/v1/lookup", "the agent in the ramdisk looks its node up there, and then reports with a heartbeat"));
    }

    /// <summary>What GRUB asks before the appliance's own answer.</summary>
    private void First(List<PreviewStage> stages, MacAddress mac)
    {
        var policy = resolver.Policy;
        if (new GrubScripts(policy).Elsewhere(mac.ToString()) is { } path)
            stages.Add(new("first", path, (policy.UseBootConfigApi ? "Boot:ConfigApiRootUrl names it" : "Boot:UseBootConfigApi is false: a file of the operator's below Http:Root")
                + "; what is there goes before what follows, and where nothing is, GRUB waits for half a minute on the 404"));
        else if (policy.ConfigApiRootUrl.Length > 0)
            stages.Add(new("first", "not asked", $"GRUB loads over http only, and Boot:ConfigApiRootUrl is {policy.ConfigApiRootUrl}: it gets the appliance's own configuration"));
    }

    private bool GivesAddress(DhcpClient client) => dhcp.Mode switch
    {
        DhcpMode.Off => false,
        DhcpMode.Proxy => subnets.HasReservation(client),
        _ => true,
    };

    /// <summary>What options 60 and 43 of the answer say, and who wanted that.</summary>
    private string FormWords(DhcpClient client)
    {
        if (dhcp.Mode == DhcpMode.Off) return "";
        var wanted = resolver.Loaders.FormFor(client);
        var word = resolver.Loaders.NodeOf(client)?.ReplyForm();
        if (client.Kind is not (BootClientKind.BiosPxe or BootClientKind.UefiPxe))
            return wanted == PxeReplyForm.Automatic ? "" : $"; the node's driver_info/{NodeFirmware.ReplyFormField} {word} is for PXE only, and HTTP boot takes one form";
        var form = BootReplyForm.Decide(client.Kind, GivesAddress(client), wanted) switch
        {
            PxeReplyForm.DiscoveryControl => $"option 60 PXEClient and option 43 {Convert.ToHexStringLower(PxeVendorOptions.SkipDiscovery.Span)}: it loads this file at once",
            PxeReplyForm.VendorClass => "option 60 PXEClient and no option 43: it asks port 4011 for this file",
            _ => "neither option 60 nor 43: a plain DHCP answer with a file",
        };
        return $"; the answer has {form}{(wanted == PxeReplyForm.Automatic ? "" : $", as the node's driver_info/{NodeFirmware.ReplyFormField} {word} asks for")}";
    }

    /// <summary>What the node says and a Raspberry Pi takes no notice of.</summary>
    private string PiWords(DhcpClient client)
    {
        if (!RaspberryPi.IsOne(client) || resolver.Loaders.NodeOf(client) is not { } node) return "";
        string?[] ignored = [node.BootLoader() is null ? null : NodeFirmware.BootLoaderField, node.ReplyForm() is null ? null : NodeFirmware.ReplyFormField];
        var named = string.Join(" and ", ignored.OfType<string>().Select(field => "driver_info/" + field));
        return named.Length == 0 ? "" : $"; it takes no notice of {named} of node {node.Label}";
    }

    private static string Words(LoaderChoice choice) => choice switch
    {
        LoaderChoice.File file => file.Name,
        LoaderChoice.Url url => url.Address,
        _ => "no boot file",
    };

    private static DhcpClient Client(MacAddress mac, BootClientKind kind, ClientArchitecture architecture) =>
        new() { HardwareAddress = BootFileSelector.FromMac(mac), Kind = kind, Architectures = [architecture] };
}
