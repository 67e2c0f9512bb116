using BootAppliance.Images.Iso;

namespace BootAppliance.Images.Media;

/// <summary>The install and live media of known distributions: where they keep kernels, and how these fetch the rest over HTTP out of the same image.</summary>
public static class KnownMedia
{
    private const string NeedsMemory = "the machine fetches the whole image, so it needs that much memory more";
    private const string NeedsItsDrive = "this installer looks for its packages on a CD drive and does not find one: add a mirror to its answers, or import the distribution's netboot installer";

    // cloud-init would take the URL of the image for that of its own settings, and load the image a second time.
    private const string Casper = "boot=casper ip=dhcp netboot=url url={iso} cloud-config-url=/dev/null";
    private const string LiveBoot = "boot=live components ip=dhcp fetch={iso}/live/filesystem.squashfs";
    private const string DracutLive = "root=live:{iso}/LiveOS/squashfs.img rd.live.image rd.neednet=1 ip=dhcp";

    // The order matters where two rows have the same kernel: the first one that fits is taken.
    private static readonly MediumLayout[] layouts =
    [
        new("Ubuntu or Mint", "casper/vmlinuz", ["casper/initrd"], Casper, Note: NeedsMemory),
        new("Ubuntu or Mint", "casper/vmlinuz", ["casper/initrd.lz"], Casper, Note: NeedsMemory),
        new("Ubuntu or Mint", "casper/vmlinuz", ["casper/initrd.gz"], Casper, Note: NeedsMemory),
        new("Ubuntu with the newer hardware kernel", "casper/hwe-vmlinuz", ["casper/hwe-initrd"], Casper, Note: NeedsMemory),
        new("Debian live", "live/vmlinuz", ["live/initrd.img"], LiveBoot),
        new("Debian live", "live/vmlinuz-*", ["live/initrd.img-*"], LiveBoot),
        new("Debian installer", "install.amd/vmlinuz", ["install.amd/initrd.gz"], "", Note: NeedsItsDrive),
        new("Debian installer", "install.a64/vmlinuz", ["install.a64/initrd.gz"], "", Note: NeedsItsDrive),
        new("Debian installer", "install.386/vmlinuz", ["install.386/initrd.gz"], "", Note: NeedsItsDrive),
        new("Fedora CoreOS", "images/pxeboot/vmlinuz", ["images/pxeboot/initrd.img"],
            "coreos.live.rootfs_url={iso}/images/pxeboot/rootfs.img ignition.firstboot ignition.platform.id=metal", Marker: "images/pxeboot/rootfs.img"),
        new("Fedora live", "images/pxeboot/vmlinuz", ["images/pxeboot/initrd.img"], DracutLive, Marker: "LiveOS/squashfs.img"),
        new("Fedora or openSUSE live", "boot/x86_64/loader/linux", ["boot/x86_64/loader/initrd"], DracutLive, Marker: "LiveOS/squashfs.img"),
        new("Installer of the Red Hat family", "images/pxeboot/vmlinuz", ["images/pxeboot/initrd.img"], "inst.repo={iso} ip=dhcp", Marker: "BaseOS"),
        new("Installer of the Red Hat family", "images/pxeboot/vmlinuz", ["images/pxeboot/initrd.img"], "inst.repo={iso} ip=dhcp", Marker: "repodata"),
        new("Network installer of the Red Hat family", "images/pxeboot/vmlinuz", ["images/pxeboot/initrd.img"], "inst.stage2={iso} ip=dhcp", Marker: "images/install.img"),
        new("openSUSE or SLES installer", "boot/x86_64/loader/linux", ["boot/x86_64/loader/initrd"], "install={iso} netsetup=dhcp"),
        new("openSUSE or SLES installer", "boot/aarch64/linux", ["boot/aarch64/initrd"], "install={iso} netsetup=dhcp"),
        new("Alpine", "boot/vmlinuz-*", ["boot/initramfs-*"], "ip=dhcp alpine_repo={iso}/apks modloop={iso}/boot/modloop-* modules=loop,squashfs", Marker: "apks"),
        new("Arch", "arch/boot/x86_64/vmlinuz-*", ["?arch/boot/intel-ucode.img", "?arch/boot/amd-ucode.img", "arch/boot/x86_64/initramfs-*.img"],
            "archisobasedir=arch archiso_http_srv={iso}/ ip=dhcp"),
        new("SystemRescue", "sysresccd/boot/x86_64/vmlinuz", ["?sysresccd/boot/intel_ucode.img", "?sysresccd/boot/amd_ucode.img", "sysresccd/boot/x86_64/sysresccd.img"],
            "archisobasedir=sysresccd archiso_http_srv={iso}/ ip=dhcp checksum"),
        new("Memtest86+", "boot/memtest86+/memtest", [], "", Note: "for machines that boot by BIOS"),
    ];

    /// <summary>The kernels that an image is known to have.</summary>
    /// <param name="image">The image.</param>
    /// <param name="name">The reference of the image, such as <c>ubuntu.iso</c>.</param>
    /// <param name="url">The URL at which machines find the image, and its files below it.</param>
    public static IReadOnlyList<BootableKernel> Find(IsoImage image, string name, string url) => [.. layouts.SelectMany(layout => layout.Find(image, name, url)).DistinctBy(kernel => kernel.Kernel)];
}
