using BootAppliance.Lab;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Baremetal.Tests.Clients;

/// <summary>gophercloud, with which Metal3 and Terraform speak to bare metal: a program of ours, <c>gophercloud.go</c>, built with the distribution's packages.</summary>
public class GophercloudTests
{
    private const string Packages = "/usr/share/gocode";
    private const string Gophercloud = Packages + "/src/github.com/gophercloud/gophercloud/openstack/baremetal/v1";

    [Fact]
    public async Task Nodes_AreTakenThroughTheirLives_WithGophercloud()
    {
        var obstacle = MissingPackage.Find("go", "golang-go") ?? MissingPackage.Find(Gophercloud, "golang-github-gophercloud-gophercloud-dev");
        Assert.SkipUnless(obstacle is null, $"gophercloud {obstacle}");
        await using var appliance = await RunningAppliance.StartAsync(TestContext.Current.CancellationToken);
        var folder = Directory.CreateTempSubdirectory("bootappliance-go-").FullName;
        try
        {
            var program = Path.Combine(folder, "gophercloud");
            await ChildProcess.Run(
                [
                    "env", "GO111MODULE=off", "GOFLAGS=", "GOPATH=" + Packages, "GOCACHE=" + Path.Combine(folder, "cache"), "CGO_ENABLED=0",
                    "go", "build", "-o", program, Path.Combine(AppContext.BaseDirectory, "Clients", "gophercloud.go"),
                ],
                TestContext.Current.CancellationToken);

            (await ChildProcess.Run([program, appliance.Root.ToString()], TestContext.Current.CancellationToken)).ShouldBe("""
                version v1 CURRENT 1.1 1.96
                driver fake-hardware 1
                driver manual-management 1
                port lab~machine-0 52:54:00:aa:00:00 true
                port lab~machine-0 52:54:00:aa:00:01 false
                node lab~machine-0 manual-management enroll map[cpu_arch:x86_64 cpus:4] map[rack:7]
                port lab~machine-1 52:54:00:aa:01:00 true
                port lab~machine-1 52:54:00:aa:01:01 false
                node lab~machine-1 manual-management enroll map[cpu_arch:x86_64 cpus:4] map[rack:7]
                port lab~machine-2 52:54:00:aa:02:00 true
                port lab~machine-2 52:54:00:aa:02:01 false
                node lab~machine-2 manual-management enroll map[cpu_arch:x86_64 cpus:4] map[rack:7]
                a second one true {"error_message":"{\"faultcode\":\"Client\",\"faultstring\":\"A node with name lab~machine-0 already exists.\",\"debuginfo\":null}"}
                page lab~machine-0 lab~machine-1
                page lab~machine-2
                all 3 found 1 true
                patched map[kernel:vmlinuz ramdisk:initrd.img] map[cpu_arch:x86_64 cpus:8] map[]
                once more true {"error_message":"{\"faultcode\":\"Client\",\"faultstring\":\"Couldn't apply patch '{'op': 'remove', 'path': '/extra/rack'}'. Reason: can't remove a non-existent object 'rack'\",\"debuginfo\":null}"}
                manage -> manageable power on
                provide -> available power on
                devices [pxe disk] boot true deploy true rescue Driver manual-management does not support rescue (disabled or not implemented).
                active -> active power on
                deleted -> available power on
                allocation job active map[for:us] true true
                allocations 1
                gone true no port true

                """);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
