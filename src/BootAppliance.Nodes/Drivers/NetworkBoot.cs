using System.Collections.Frozen;

namespace BootAppliance.Nodes;

/// <summary><c>ipxe</c>, <c>http-ipxe</c> and <c>http</c>: the machine boots what this appliance offers it, by PXE or by the firmware's own HTTP boot.</summary>
/// <param name="name">The name by which nodes choose it.</param>
/// <param name="networkDevice">The device that such a machine boots from the network with.</param>
/// <param name="judge">Judges what nodes can boot.</param>
public sealed class NetworkBoot(string name, string networkDevice, IBootJudge judge) : IBootInterface
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public IReadOnlyList<InterfaceKind> Kinds { get; } = [InterfaceKind.Boot];

    /// <inheritdoc/>
    public string NetworkDevice => networkDevice;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Properties { get; } = new Dictionary<string, string>
    {
        ["deploy_kernel"] = "URL or path of the kernel of the agent ramdisk. Required for inspection, cleaning and deploying through the agent.",
        ["deploy_ramdisk"] = "URL or path of the agent ramdisk. Required for inspection, cleaning and deploying through the agent.",
        ["rescue_kernel"] = "URL or path of the kernel of the rescue ramdisk. Required for rescue mode.",
        ["rescue_ramdisk"] = "URL or path of the rescue ramdisk with the agent. Required for rescue mode.",
        ["kernel_append_params"] = "Kernel arguments for the agent ramdisk in place of those of the settings, which %default% brings back. Optional.",
        [NodeFirmware.BootLoaderField] = "The loader that this machine is given, as in snponly.efi, whatever others of its kind get. Optional.",
        [NodeFirmware.ReplyFormField] = $"The form of the DHCP answers that its firmware takes: {string.Join(", ", NodeFirmware.ReplyForms)}. Optional.",
    }.ToFrozenDictionary();

    /// <inheritdoc/>
    public void Validate(Node node)
    {
        if (node.Ports.IsEmpty) throw new NodeException(NodeFailure.Invalid, $"Node {node.Uuid} does not have any port associated with it");
    }

    /// <inheritdoc/>
    public void ValidateRamdisk(Node node, BootPurpose purpose)
    {
        Validate(node);
        if (judge.FindProblem(node, purpose) is not { } problem) return;
        throw new NodeException(NodeFailure.Invalid, "Cannot validate PXE bootloader. " + (problem.Missing.IsEmpty
            ? problem.Text
            : $"Some parameters were missing in node's driver_info and configuration. Missing are: [{string.Join(", ", problem.Missing.Select(field => $"'{field}'"))}]"));
    }
}
