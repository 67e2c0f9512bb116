namespace BootAppliance.Lab.Machines;

/// <summary>A program that emulates a whole machine, and the board it is told to emulate.</summary>
/// <param name="Program">The program.</param>
/// <param name="Package">The Debian package that has it.</param>
/// <param name="Board">Its arguments for the board and the processor.</param>
public sealed record Emulator(string Program, string Package, string[] Board)
{
    // Without graphics SeaBIOS, and with it the option ROM, talks on the serial line.
    public static readonly Emulator Pc = new("qemu-system-x86_64", "qemu-system-x86", ["-machine", $"q35,graphics=off,accel={(CanUseKvm() ? "kvm" : "tcg")}"]);

    public static readonly Emulator ArmBoard = new("qemu-system-aarch64", "qemu-system-arm", ["-machine", "virt", "-cpu", "cortex-a72"]);

    // A hypervisor without nested virtualization may still show /dev/kvm to its guests; QEMU then stops in the middle of the firmware.
    private static bool CanUseKvm() =>
        File.Exists("/dev/kvm")
        && File.ReadLines("/proc/cpuinfo").Any(line => line.StartsWith("flags", StringComparison.Ordinal) && line.Split(' ').Any(flag => flag is "vmx" or "svm"));
}
