using BootAppliance.Netboot.Plans;
using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Progress;

/// <summary>What is missing when a machine stops after a step, and what usually causes that.</summary>
/// <param name="Missing">The step that did not come.</param>
/// <param name="UsualCauses">Sentences for the operator, the most frequent cause first.</param>
public sealed record BootDiagnosis(string Missing, IReadOnlyList<string> UsualCauses)
{
    /// <summary>A firmware that fails tries its network boot again and again; so many loads without a sign of life are no accident.</summary>
    private const int ManyLoads = 3;

    private const string SignedLoader = "give the machine the signed one: 'bootappliance node set NAME --loader shimx64.efi' (arm64: shimaa64.efi)";

    /// <summary>The diagnosis for a machine that went no further than a step; null where there is nothing left to wait for.</summary>
    /// <param name="last">The step.</param>
    /// <param name="imagesMissing">How many files of its script the machine has not loaded yet.</param>
    /// <param name="idleLoads">How often its loader was sent and nothing was ever heard of it.</param>
    /// <param name="isPiRom">Whether it is the boot ROM of a Raspberry Pi, which has no Secure Boot and runs no loader of ours.</param>
    /// <param name="agentFor">What its node waits for an agent for; null: it does not.</param>
    public static BootDiagnosis? After(BootStep last, int imagesMissing = 0, int idleLoads = 0, bool isPiRom = false, BootPurpose? agentFor = null) => last switch
    {
        BootStep.Nothing => new("a DHCPDISCOVER of the machine",
        [
            "the machine is off, or its firmware does not try the network first",
            "its cable, switch port or VLAN does not lead to the provisioning interface",
            "the MAC address of the node is not the one of the card that boots",
            "Dhcp:Answer or Dhcp:Mode keeps the appliance from answering it: see 'bootappliance boot preview'",
        ]),
        BootStep.FirmwareOffer => new("the firmware's DHCPREQUEST for the address it was offered",
        [
            "another DHCP server on the wire answered first: run 'bootappliance doctor'",
            "the switch port runs spanning tree and is not forwarding yet: set it to edge (portfast)",
            "the firmware does not accept this form of the offer: update it",
        ]),
        BootStep.FirmwareAddress => new("the firmware's request for its loader (TFTP, or HTTP for UEFI HTTP boot)",
        [
            "a firewall drops UDP port 69, or the ports that TFTP answers from",
            "the machine cannot reach Network:Address, which it was told to load from",
            "the firmware took its boot file from another DHCP or proxyDHCP server",
        ]),
        BootStep.Loader when isPiRom => new("the next file of the Raspberry Pi, or the DHCPDISCOVER of its system",
        [
            "a file that it needs is not below Tftp:Root, nor in the folder there that is named after its serial number: start.elf or start4.elf with its fixup file, config.txt, cmdline.txt, its device tree and the kernel",
            "its kernel runs and has not asked for an address: cmdline.txt has no ip=dhcp, or the initrd no driver for its network card",
        ]),
        BootStep.Loader when idleLoads >= ManyLoads => new("any sign that the loader runs",
        [
            $"Secure Boot refuses it? The loader was sent {idleLoads} times and never ran: {SignedLoader}, or switch Secure Boot off",
            "this loader hangs on this network card: 'bootappliance node set NAME --loader snponly.efi', or snponly.efi for its architecture in Boot:Loaders (or ipxe.efi, where snponly.efi was used)",
        ]),
        BootStep.Loader => new("iPXE's own DHCPDISCOVER, or GRUB's request for grub.cfg",
        [
            $"Secure Boot refused the loader: it is not signed; {SignedLoader}, or switch Secure Boot off",
            "this iPXE hangs on this network card: 'bootappliance node set NAME --loader snponly.efi', or snponly.efi for its architecture in Boot:Loaders (or ipxe.efi, where snponly.efi was used)",
            "the link went down when iPXE took over and the switch port runs spanning tree: set it to edge (portfast)",
        ]),
        BootStep.Autoexec => new("iPXE's own DHCPDISCOVER",
        [
            "the link went down when iPXE took over and the switch port runs spanning tree: set it to edge (portfast)",
            "this iPXE hangs on this network card: 'bootappliance node set NAME --loader snponly.efi', or snponly.efi for its architecture in Boot:Loaders (or ipxe.efi, where snponly.efi was used)",
        ]),
        BootStep.IpxeOffer => new("iPXE's DHCPREQUEST",
        [
            "iPXE saw an offer of another DHCP server that it liked better: run 'bootappliance doctor'",
            "the switch port is not forwarding yet: iPXE tries again by itself",
        ]),
        BootStep.IpxeAddress => new("the request for the catch-all script /boot.ipxe",
        [
            "a firewall drops TCP to Http:Port",
            "iPXE was told another script by another DHCP server: its console shows the URL",
            "the machine cannot reach Network:Address: wrong netmask or router in Dhcp:Subnets",
        ]),
        BootStep.CatchAll => new("the boot script of a node",
        [
            "none of the machine's MAC addresses belongs to a node: 'bootappliance node add' or 'node discovered'",
            "the node's state has no network boot: 'bootappliance node deploy NAME' gives it one",
        ]),
        BootStep.Script => new("the request for the kernel",
        [
            "the kernel's URL does not answer from the machine's network: its console shows the error",
            "the file is not below Http:Root: 'bootappliance boot preview' shows the URLs",
        ]),
        BootStep.Images when imagesMissing > 0 => new($"the request for {imagesMissing} more of the files in its script",
        [
            "the file is not below Http:Root: 'bootappliance boot preview' shows the URLs",
            "the machine ran out of memory for kernel and initrd: its console says so",
        ]),
        BootStep.Images or BootStep.System when agentFor == BootPurpose.Inspect => new("the inspection of the agent (POST /v1/continue_inspection)",
        [
            "the ramdisk is still starting, or looking at the hardware: that takes minutes",
            "it is not an agent ramdisk (ironic-python-agent), or its network card has no driver in it: its console shows that",
            "the machine cannot reach Network:Address from its system: a firewall, or no address by DHCP",
        ]),
        BootStep.Images or BootStep.System when agentFor is not null => new("the agent's lookup of its node (GET /v1/lookup)",
        [
            "the ramdisk is still starting: that takes minutes",
            "it is not an agent ramdisk (ironic-python-agent), or its network card has no driver in it: its console shows that",
            "the machine cannot reach Network:Address from its system: a firewall, or no address by DHCP",
            "none of the MAC addresses that the agent sees is a port of the node",
        ]),
        BootStep.AgentLookup when agentFor is not null => new("the agent's first heartbeat (POST /v1/heartbeat)",
        [
            "the agent has no token, since it looked its node up twice: restart the machine",
            "the agent is told an address of its own that is not on a provisioning subnet, and its heartbeat is refused: the timeline says so",
        ]),
        _ => null,
    };
}
