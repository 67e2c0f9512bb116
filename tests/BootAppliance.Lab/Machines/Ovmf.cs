namespace BootAppliance.Lab.Machines;

/// <summary>UEFI firmware for x64 machines, from the package ovmf.</summary>
internal static class Ovmf
{
    public const string Code = "/usr/share/OVMF/OVMF_CODE_4M.fd";
    private const string Variables = "/usr/share/OVMF/OVMF_VARS_4M.fd";

    /// <summary>Its read-only code, and a private copy of its variables in <paramref name="folder"/>.</summary>
    public static string[] Arguments(string folder)
    {
        var variables = Path.Combine(folder, "variables.fd");
        File.Copy(Variables, variables);
        return ["-drive", $"if=pflash,format=raw,readonly=on,file={Code}", "-drive", $"if=pflash,format=raw,file={variables}"];
    }
}
