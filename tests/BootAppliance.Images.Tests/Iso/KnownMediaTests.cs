using BootAppliance.Images;
using BootAppliance.Images.Iso;
using BootAppliance.Images.Media;

namespace BootAppliance.Tests.Iso;

/// <summary>Small images with the files that the distributions' media have.</summary>
public sealed class KnownMediaTests : IDisposable
{
    private const string Url = "http://192.0.2.1/images/x.iso";

    private readonly IsoMaker maker = new();

    public static TheoryData<string, string[], string[], string> Media => new()
    {
        { "ubuntu-24.04-live-server", ["casper/vmlinuz", "casper/initrd", "casper/hwe-vmlinuz", "casper/hwe-initrd", "casper/install-sources.yaml"],
            ["x.iso/casper/vmlinuz + x.iso/casper/initrd", "x.iso/casper/hwe-vmlinuz + x.iso/casper/hwe-initrd"], $"boot=casper ip=dhcp netboot=url url={Url} cloud-config-url=/dev/null" },
        { "linuxmint", ["casper/vmlinuz", "casper/initrd.lz"], ["x.iso/casper/vmlinuz + x.iso/casper/initrd.lz"], $"boot=casper ip=dhcp netboot=url url={Url} cloud-config-url=/dev/null" },
        { "debian-live", ["live/vmlinuz-6.1.0-18-amd64", "live/initrd.img-6.1.0-18-amd64", "live/filesystem.squashfs"],
            ["x.iso/live/vmlinuz-6.1.0-18-amd64 + x.iso/live/initrd.img-6.1.0-18-amd64"], $"boot=live components ip=dhcp fetch={Url}/live/filesystem.squashfs" },
        { "debian-netinst", ["install.amd/vmlinuz", "install.amd/initrd.gz", "install.amd/gtk/vmlinuz", "install.amd/gtk/initrd.gz"], ["x.iso/install.amd/vmlinuz + x.iso/install.amd/initrd.gz"], "" },
        { "rocky-dvd", ["images/pxeboot/vmlinuz", "images/pxeboot/initrd.img", "images/install.img", "BaseOS/repodata/repomd.xml", ".treeinfo"],
            ["x.iso/images/pxeboot/vmlinuz + x.iso/images/pxeboot/initrd.img"], $"inst.repo={Url} ip=dhcp" },
        { "rocky-boot", ["images/pxeboot/vmlinuz", "images/pxeboot/initrd.img", "images/install.img", ".treeinfo"],
            ["x.iso/images/pxeboot/vmlinuz + x.iso/images/pxeboot/initrd.img"], $"inst.stage2={Url} ip=dhcp" },
        { "fedora-workstation-live", ["boot/x86_64/loader/linux", "boot/x86_64/loader/initrd", "LiveOS/squashfs.img"],
            ["x.iso/boot/x86_64/loader/linux + x.iso/boot/x86_64/loader/initrd"], $"root=live:{Url}/LiveOS/squashfs.img rd.live.image rd.neednet=1 ip=dhcp" },
        { "fedora-coreos", ["images/pxeboot/vmlinuz", "images/pxeboot/initrd.img", "images/pxeboot/rootfs.img"],
            ["x.iso/images/pxeboot/vmlinuz + x.iso/images/pxeboot/initrd.img"], $"coreos.live.rootfs_url={Url}/images/pxeboot/rootfs.img ignition.firstboot ignition.platform.id=metal" },
        { "opensuse-leap", ["boot/x86_64/loader/linux", "boot/x86_64/loader/initrd", "boot/x86_64/root"],
            ["x.iso/boot/x86_64/loader/linux + x.iso/boot/x86_64/loader/initrd"], $"install={Url} netsetup=dhcp" },
        { "alpine-standard", ["boot/vmlinuz-lts", "boot/initramfs-lts", "boot/modloop-lts", "apks/.boot_repository"],
            ["x.iso/boot/vmlinuz-lts + x.iso/boot/initramfs-lts"], $"ip=dhcp alpine_repo={Url}/apks modloop={Url}/boot/modloop-lts modules=loop,squashfs" },
        { "archlinux", ["arch/boot/x86_64/vmlinuz-linux", "arch/boot/x86_64/initramfs-linux.img", "arch/boot/amd-ucode.img", "arch/x86_64/airootfs.sfs", "boot/memtest86+/memtest"],
            ["x.iso/arch/boot/x86_64/vmlinuz-linux + x.iso/arch/boot/amd-ucode.img x.iso/arch/boot/x86_64/initramfs-linux.img", "x.iso/boot/memtest86+/memtest + "],
            $"archisobasedir=arch archiso_http_srv={Url}/ ip=dhcp" },
        { "systemrescue", ["sysresccd/boot/x86_64/vmlinuz", "sysresccd/boot/x86_64/sysresccd.img", "sysresccd/boot/intel_ucode.img", "sysresccd/boot/amd_ucode.img"],
            ["x.iso/sysresccd/boot/x86_64/vmlinuz + x.iso/sysresccd/boot/intel_ucode.img x.iso/sysresccd/boot/amd_ucode.img x.iso/sysresccd/boot/x86_64/sysresccd.img"],
            $"archisobasedir=sysresccd archiso_http_srv={Url}/ ip=dhcp checksum" },
        { "no known system", ["vmlinuz", "boot/vmlinuz-other", "images/pxeboot/vmlinuz"], [], "" },
    };

    public void Dispose() => maker.Dispose();

    [Theory]
    [MemberData(nameof(Media))]
    public void Find_FindsKernelAndInitrds_AndHowTheyFetchTheRest(string medium, string[] files, string[] kernels, string arguments)
    {
        foreach (var file in files) maker.Add(file, file);
        var found = Find(maker.Make("xorriso", "-J"));
        found.Select(kernel => $"{kernel.Kernel} + {string.Join(' ', kernel.Initrds)}").ShouldBe(kernels, medium);
        if (found.Count > 0) found[0].Arguments.ShouldBe(arguments);
    }

    private static IReadOnlyList<BootableKernel> Find(string path)
    {
        using var handle = File.OpenHandle(path);
        IsoImage.TryOpen(new OpenedFile(handle, "x.iso", RandomAccess.GetLength(handle), default), out var image).ShouldBe(IsoRefusal.None);
        return KnownMedia.Find(image!, "x.iso", Url);
    }
}
