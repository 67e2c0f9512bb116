namespace BootAppliance.Images.Formats;

/// <summary>Formats in words.</summary>
public static class ImageFormats
{
    /// <summary>What a format is called where people look at it.</summary>
    public static string Words(ImageFormat format) => format switch
    {
        ImageFormat.Empty => "empty",
        ImageFormat.Iso => "ISO 9660",
        ImageFormat.Udf => "UDF",
        ImageFormat.Qcow2 => "qcow2",
        ImageFormat.Vmdk => "VMDK",
        ImageFormat.Vhdx => "VHDX",
        ImageFormat.GptDisk => "disk (GPT)",
        ImageFormat.MbrDisk => "disk (MBR)",
        ImageFormat.Ext => "ext4",
        ImageFormat.Squashfs => "squashfs",
        ImageFormat.Cpio => "cpio",
        ImageFormat.Gzip => "gzip",
        ImageFormat.Xz => "xz",
        ImageFormat.Zstd => "zstd",
        ImageFormat.BzImage or ImageFormat.Arm64Image or ImageFormat.EfiZboot => "Linux kernel",
        ImageFormat.EfiProgram => "EFI program",
        ImageFormat.UnifiedKernel => "unified kernel image",
        ImageFormat.Wim => "WIM",
        ImageFormat.IpxeScript => "iPXE script",
        _ => "unknown",
    };
}
