using BootAppliance.Lab.Network;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Lab.Machines;

/// <summary>An emulated machine that boots from the network, and from nothing else unless that leads it to its disk.</summary>
public sealed class VirtualMachine : IAsyncDisposable
{
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

    /// <summary>Switches a machine on.</summary>
    /// <param name="socket">Where it is plugged in.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="mac">The hardware address of its network card.</param>
    /// <param name="disk">The image of its disk; null: it has none.</param>
    public static VirtualMachine Start(MachineSocket socket, MachineKind kind, string mac, string? disk = null)
    {
        if (kind.FindObstacle() is { } obstacle) throw new LabException($"A machine of the kind {kind.Name} {obstacle}.");
        var files = Directory.CreateDirectory(Path.Combine(socket.Home.Folder, $"machine-{mac.Replace(':', '-')}")).FullName;
        var emulator = socket.Home.Start(
            [
                kind.Emulator.Program, .. kind.Emulator.Board, "-nodefaults", "-no-reboot", "-display", "none", "-serial", "stdio",
                "-smp", "1", "-m", $"{kind.Memory}", "-boot", "n",
                "-netdev", $"{socket.Cable},id=net0", "-device", $"{kind.Card},netdev=net0,mac={mac}",
                .. disk is null ? Array.Empty<string>() : ["-drive", $"file={disk},format=raw,if=virtio"],
                .. kind.Firmware(files),
            ],
            $"the {kind.Name} machine {mac}");
        return new VirtualMachine(emulator, files);
    }

    /// <summary>Switches it off.</summary>
    public async ValueTask DisposeAsync()
    {
        await qemu.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
