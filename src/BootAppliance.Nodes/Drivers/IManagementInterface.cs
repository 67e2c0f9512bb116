using System.Collections.Immutable;

namespace BootAppliance.Nodes;

/// <summary>What a machine tries first when it starts.</summary>
/// <param name="Name">The device, as in <c>pxe</c>, <c>disk</c>, <c>uefihttp</c>; null: not known.</param>
/// <param name="Persistent">Whether that holds for every start, not only for the next one; null: not known.</param>
public sealed record BootDevice(string? Name, bool? Persistent)
{
    /// <summary>The network.</summary>
    public const string Pxe = "pxe";

    /// <summary>The local disk.</summary>
    public const string Disk = "disk";

    /// <summary>The firmware's own HTTP boot.</summary>
    public const string UefiHttp = "uefihttp";
}

/// <summary>Says what a machine boots from; what a driver does not implement is refused in Ironic's words.</summary>
public interface IManagementInterface : IDriverInterface
{
    /// <summary>The devices that the machine can be told to boot from.</summary>
    ImmutableArray<string> SupportedBootDevices(Node node);

    /// <summary>What the machine boots from.</summary>
    Task<BootDevice> GetBootDeviceAsync(Node node, CancellationToken cancellation);

    /// <summary>Makes the machine boot from one of <see cref="SupportedBootDevices"/>.</summary>
    Task SetBootDeviceAsync(Node node, BootDevice device, CancellationToken cancellation);

    /// <summary>The boot mode, <c>bios</c> or <c>uefi</c>.</summary>
    Task<string?> GetBootModeAsync(Node node, CancellationToken cancellation) => throw NodeException.Unsupported(node, "get_boot_mode");

    /// <summary>Changes the boot mode.</summary>
    Task SetBootModeAsync(Node node, string mode, CancellationToken cancellation) => throw NodeException.Unsupported(node, "set_boot_mode");

    /// <summary>Whether Secure Boot is on.</summary>
    Task<bool> GetSecureBootAsync(Node node, CancellationToken cancellation) => throw NodeException.Unsupported(node, "get_secure_boot_state");

    /// <summary>Turns Secure Boot on or off.</summary>
    Task SetSecureBootAsync(Node node, bool isOn, CancellationToken cancellation) => throw NodeException.Unsupported(node, "set_secure_boot_state");

    /// <summary>Sends the machine a non-maskable interrupt.</summary>
    Task InjectNmiAsync(Node node, CancellationToken cancellation) => throw NodeException.Unsupported(node, "inject_nmi");
}
