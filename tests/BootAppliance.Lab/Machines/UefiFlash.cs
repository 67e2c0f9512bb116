namespace BootAppliance.Lab.Machines;

/// <summary>The flash memory of a UEFI machine: code that is only read, and variables of its own.</summary>
/// <param name="Code">The file with the code.</param>
/// <param name="Variables">The file with the variables that a new machine starts with.</param>
/// <param name="Package">The Debian package that has both.</param>
internal sealed record UefiFlash(string Code, string Variables, string Package)
{
    /// <summary>OVMF, for x64.</summary>
    public static readonly UefiFlash Ovmf = new("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd", "ovmf");

    /// <summary>OVMF with Secure Boot switched on and Microsoft's keys in its variables, as machines are sold.</summary>
    public static readonly UefiFlash SecureOvmf = new("/usr/share/OVMF/OVMF_CODE_4M.secboot.fd", "/usr/share/OVMF/OVMF_VARS_4M.ms.fd", "ovmf");

    /// <summary>AAVMF, for arm64.</summary>
    public static readonly UefiFlash Aavmf = new("/usr/share/AAVMF/AAVMF_CODE.fd", "/usr/share/AAVMF/AAVMF_VARS.fd", "qemu-efi-aarch64");

    /// <summary>The emulator's arguments; the machine's own variables are put into <paramref name="folder"/>.</summary>
    public string[] Arguments(string folder)
    {
        var variables = Path.Combine(folder, "variables.fd");
        File.Copy(Variables, variables);
        return ["-drive", $"if=pflash,unit=0,format=raw,readonly=on,file={Code}", "-drive", $"if=pflash,unit=1,format=raw,file={variables}"];
    }
}
