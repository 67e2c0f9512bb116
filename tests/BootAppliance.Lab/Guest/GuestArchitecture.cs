namespace BootAppliance.Lab.Guest;

/// <summary>A processor that guests are made for.</summary>
/// <param name="Name">Debian's name of it.</param>
/// <param name="KernelPackages">Kernels for virtual machines, which are less than half the size: of Debian, of Ubuntu.</param>
/// <param name="Console">The kernel's name of the serial line.</param>
public sealed record GuestArchitecture(string Name, string[] KernelPackages, string Console)
{
    public static readonly GuestArchitecture Amd64 = new("amd64", ["linux-image-cloud-amd64", "linux-image-virtual"], "ttyS0");

    public static readonly GuestArchitecture Arm64 = new("arm64", ["linux-image-cloud-arm64", "linux-image-virtual"], "ttyAMA0");
}
