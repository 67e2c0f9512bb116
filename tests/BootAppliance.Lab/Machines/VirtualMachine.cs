using BootAppliance.Lab.Network;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Lab.Machines;

/// <summary>An emulated machine that boots from the network and from nothing else.</summary>
public sealed class VirtualMachine : IAsyncDisposable
{
    private const string Emulator = "qemu-system-x86_64";

    private readonly ChildProcess qemu;
    private readonly string folder;

    private VirtualMachine(ChildProcess qemu, string folder)
    {
        this.qemu = qemu;
        this.folder = folder;
    }

    /// <summary>Its serial console: firmware, loader, kernel and guest.</summary>
    public LineLog Console => qemu.Output;

    /// <summary>Peak resident memory of the emulator so far, in bytes; null when it has ended.</summary>
    public long? PeakMemory => qemu.PeakMemory;

    /// <summary>Why this machine cannot emulate that one, or null.</summary>
    public static string? FindObstacle(MachineFirmware firmware) =>
        MissingPackage.Find(Emulator, "qemu-system-x86")
        ?? firmware switch
        {
            MachineFirmware.Uefi => MissingPackage.Find(Ovmf.Code, "ovmf"),
            MachineFirmware.Bios => File.Exists(PlainPxe.Loader) ? null : "needs the loaders (firmware/fetch)",
            _ => MissingPackage.Find("/usr/lib/ipxe/qemu", "ipxe-qemu"),
        }
        ?? NetworkNamespace.FindObstacle();

    /// <summary>Switches a machine on, plugged into a bridge.</summary>
    /// <param name="home">The namespace of the bridge.</param>
    /// <param name="bridge">The network that it boots from.</param>
    /// <param name="firmware">What it has in its ROM.</param>
    /// <param name="mac">The hardware address of its network card.</param>
    /// <param name="memory">Its memory in MiB.</param>
    public static async Task<VirtualMachine> Start(NetworkNamespace home, Bridge bridge, MachineFirmware firmware, string mac, int memory = 512)
    {
        if (FindObstacle(firmware) is { } obstacle) throw new LabException($"A {firmware} machine {obstacle}.");
        var tap = await bridge.AddTap();
        var files = Directory.CreateDirectory(Path.Combine(home.Folder, tap)).FullName;
        var emulator = home.Start(
            [
                Emulator, "-nodefaults", "-no-reboot", "-display", "none", "-serial", "stdio",
                // without graphics SeaBIOS, and with it the option ROM, talks on the serial line
                "-machine", $"q35,graphics=off,accel={(CanUseKvm() ? "kvm" : "tcg")}", "-smp", "1", "-m", memory.ToString(),
                "-boot", "n", "-netdev", $"tap,id=net0,ifname={tap},script=no,downscript=no",
                .. FirmwareArguments(firmware, $"virtio-net-pci,netdev=net0,mac={mac}", files),
            ],
            $"the {firmware} machine {mac}");
        return new VirtualMachine(emulator, files);
    }

    /// <summary>Switches it off.</summary>
    public async ValueTask DisposeAsync()
    {
        await qemu.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static string[] FirmwareArguments(MachineFirmware firmware, string card, string folder) => firmware switch
    {
        MachineFirmware.Uefi => ["-device", card + ",romfile=", .. Ovmf.Arguments(folder)],
        MachineFirmware.Bios => ["-device", card + ",romfile=", .. PlainPxe.Arguments(folder)],
        _ => ["-device", card],
    };

    // A hypervisor without nested virtualization may still show /dev/kvm to its guests; QEMU then stops in the middle of the firmware.
    private static bool CanUseKvm() =>
        File.Exists("/dev/kvm")
        && File.ReadLines("/proc/cpuinfo").Any(line => line.StartsWith("flags", StringComparison.Ordinal) && line.Split(' ').Any(flag => flag is "vmx" or "svm"));
}
