using System.Diagnostics;
using System.Security.Cryptography;
using BootAppliance.Lab;

namespace BootAppliance.Tests;

/// <summary>Clients that we did not write, each in a namespace of its own on the lab's network.</summary>
public sealed class ClientTests
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Udhcpc_GetsAnAddress_AndTheSameOneAgain()
    {
        SystemTest.SkipWithout("busybox", "busybox-static");
        await using var lab = await SystemTest.LabAsync();
        await lab.StartAppliance(SystemTest.Cancellation);
        await using var client = await lab.ConnectAsync();
        for (var boot = 0; boot < 2; boot++)
        {
            await using var udhcpc = client.Start(["busybox", "udhcpc", "-f", "-n", "-q", "-i", "eth0", "-s", "/bin/true"], "udhcpc");
            await udhcpc.Output.WaitForLine(line => line.Contains("lease of 192.0.2.100 obtained from 192.0.2.1"), patience, SystemTest.Cancellation);
            (await udhcpc.WaitForExit(SystemTest.Cancellation)).ShouldBe(0);
        }

        var lease = (await lab.QueryAsync("lease", "list")).GetProperty("leases").EnumerateArray().ShouldHaveSingleItem();
        lease.GetProperty("address").GetString().ShouldBe("192.0.2.100");
        lease.GetProperty("state").GetString().ShouldBe("bound");
    }

    [Fact]
    public async Task Dhclient_GetsItsAddress_AndReleasesIt()
    {
        SystemTest.SkipWithout("dhclient", "isc-dhcp-client");
        await using var lab = await SystemTest.LabAsync();
        await lab.StartAppliance(SystemTest.Cancellation);
        await using var client = await lab.ConnectAsync();
        string[] files = ["-sf", "/bin/true", "-lf", Path.Combine(client.Folder, "leases"), "-pf", Path.Combine(client.Folder, "pid")];
        await using (var dhclient = client.Start(["dhclient", "-d", "-1", "-v", .. files, "eth0"], "dhclient"))
        {
            await dhclient.Output.WaitForLine(line => line.Contains("bound to 192.0.2.100"), patience, SystemTest.Cancellation);
        }

        // A release is sent to the server by unicast, so the client must really have its address by then.
        await client.Run("ip", "address", "add", "192.0.2.100/24", "dev", "eth0");
        await client.Run(["dhclient", "-r", .. files, "eth0"]);
        var clock = Stopwatch.StartNew();
        while (await IsBoundAsync(lab)) clock.Elapsed.ShouldBeLessThan(patience, "dhclient has sent its DHCPRELEASE, and the lease is still bound");
    }

    [Theory]
    [InlineData("tftp", "tftp-hpa", "tftp -m binary 192.0.2.1 -c get undionly.kpxe FILE", "undionly.kpxe", "blksize 512, windowsize 1")]
    [InlineData("busybox", "busybox-static", "busybox tftp -g -r ipxe.efi -l FILE 192.0.2.1", "ipxe.efi", "blksize 512, windowsize 1")]
    [InlineData("busybox", "busybox-static", "busybox tftp -b 1428 -g -r ipxe.efi -l FILE 192.0.2.1", "ipxe.efi", "blksize 1428, windowsize 1")]
    [InlineData("atftp", "atftp", "atftp --option \"blksize 1428\" --option \"windowsize 16\" -g -r ipxe.efi -l FILE 192.0.2.1", "ipxe.efi", "blksize 1428, windowsize 16")]
    public async Task TftpClient_FetchesALoader_WithTheOptionsThatItAsksFor(string program, string package, string command, string loader, string options)
    {
        SystemTest.SkipWithout(program, package);
        await using var lab = await SystemTest.LabAsync();
        var appliance = await lab.StartAppliance(SystemTest.Cancellation);
        await using var client = await lab.ConnectAsync("192.0.2.50/24");
        var path = Path.Combine(client.Folder, loader);
        await client.Run("sh", "-c", command.Replace("FILE", path));
        Sum(path).ShouldBe(Sum(Path.Combine(Checkout.Root, "firmware", "files", loader)));
        await appliance.Process.Output.WaitForLine(line => line.Contains($"got {loader}: ") && line.Contains(options), patience, SystemTest.Cancellation);
    }

    [Fact]
    public async Task Curl_FetchesAnImage_ResumesIt_AndIsRefusedFromOutside()
    {
        SystemTest.SkipWithout("curl", "curl");
        await using var lab = await SystemTest.LabAsync();
        await File.WriteAllBytesAsync(Path.Combine(lab.Settings.HttpRoot, "image"), RandomNumberGenerator.GetBytes(5_000_000), SystemTest.Cancellation);
        await lab.StartAppliance(SystemTest.Cancellation);
        await using var client = await lab.ConnectAsync("192.0.2.50/24");
        var path = Path.Combine(client.Folder, "image");
        await client.Run("curl", "-sf", "-r", "0-1999999", "-o", path, "http://192.0.2.1/images/image");
        await client.Run("curl", "-sf", "-C", "-", "-o", path, "http://192.0.2.1/images/image");
        Sum(path).ShouldBe(Sum(Path.Combine(lab.Settings.HttpRoot, "image")));

        // The management plane is not there for machines, and a stranger's address sees nothing of the boot plane.
        await Should.ThrowAsync<LabException>(() => client.Run("curl", "-sf", "--max-time", "5", "http://192.0.2.1:6385/api/nodes"));
        await client.Run("ip", "address", "add", "198.18.0.50/24", "dev", "eth0");
        await lab.Home.Run("ip", "address", "add", "198.18.0.1/24", "dev", lab.Bridge.Name);
        (await client.Run("curl", "-s", "--interface", "198.18.0.50", "-o", "/dev/null", "-w", "%{http_code}", "http://192.0.2.1/boot.ipxe")).ShouldBe("404");
    }

    private static async Task<bool> IsBoundAsync(BootLab lab) =>
        (await lab.QueryAsync("lease", "list")).GetProperty("leases").EnumerateArray().Any(lease => lease.GetProperty("state").GetString() == "bound");

    private static string Sum(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));
}
