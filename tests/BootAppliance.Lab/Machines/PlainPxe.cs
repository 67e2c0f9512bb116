namespace BootAppliance.Lab.Machines;

/// <summary>Stands in for a PXE ROM that is not iPXE, of which there is none in free software.</summary>
internal static class PlainPxe
{
    // It would be offered the boot script, as every iPXE is; a plain ROM asks for the loader, so this script does too.
    private const string Script = """
        #!ipxe
        dhcp net0 || exit
        set server ${net0/next-server}
        isset ${proxydhcp/next-server} && set server ${proxydhcp/next-server} ||
        chain tftp://${server}/undionly.kpxe

        """;

    public static string Loader => Path.Combine(Checkout.Root, "firmware/files/ipxe.lkrn");

    public static string[] Arguments(string folder)
    {
        var script = Path.Combine(folder, "script.ipxe");
        File.WriteAllText(script, Script);
        return ["-kernel", Loader, "-initrd", script];
    }
}
