namespace BootAppliance.Images.Formats;

/// <summary>What kind of file an image is, by its first bytes.</summary>
public enum ImageFormat
{
    /// <summary>Nothing that is known here.</summary>
    Unknown,

    /// <summary>An empty file.</summary>
    Empty,

    /// <summary>An ISO 9660 image.</summary>
    Iso,

    /// <summary>An image in UDF only.</summary>
    Udf,

    /// <summary>A disk image of QEMU.</summary>
    Qcow2,

    /// <summary>A disk image of VMware.</summary>
    Vmdk,

    /// <summary>A disk image of Hyper-V.</summary>
    Vhdx,

    /// <summary>A raw disk with a GUID partition table.</summary>
    GptDisk,

    /// <summary>A raw disk with a master boot record.</summary>
    MbrDisk,

    /// <summary>An ext2, ext3 or ext4 file system.</summary>
    Ext,

    /// <summary>A squashfs file system.</summary>
    Squashfs,

    /// <summary>A cpio archive, as an initrd is.</summary>
    Cpio,

    /// <summary>Something compressed by gzip, as most initrds are.</summary>
    Gzip,

    /// <summary>Something compressed by xz.</summary>
    Xz,

    /// <summary>Something compressed by zstd.</summary>
    Zstd,

    /// <summary>A Linux kernel for x86.</summary>
    BzImage,

    /// <summary>A Linux kernel for arm64.</summary>
    Arm64Image,

    /// <summary>A Linux kernel that unpacks itself as an EFI program.</summary>
    EfiZboot,

    /// <summary>An EFI program.</summary>
    EfiProgram,

    /// <summary>A unified kernel image: kernel, initrd and arguments in one EFI program.</summary>
    UnifiedKernel,

    /// <summary>A Windows imaging file.</summary>
    Wim,

    /// <summary>A script of iPXE.</summary>
    IpxeScript,
}
