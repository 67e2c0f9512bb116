using System.Net;
using BootAppliance.Images;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Plans;
using BootAppliance.Nodes;

namespace BootAppliance.Tests;

/// <summary>What scripts do with images that are not simply there: signed URLs that expire, and images that cannot be had.</summary>
public sealed class ImageRouteTests
{
    private const string Images = """{"kernel": "swift://images/k", "ramdisk": "swift://images/r"}""";
    private static readonly SignedUrl granted = new SignedUrl.Granted("http://198.18.0.5/v1/a/images/k?temp_url_sig=ab&temp_url_expires=1", DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData("boot.ipxe", "signed.ipxe")]
    [InlineData("grub.cfg", "signed.grub.cfg")]
    public void SignedUrls_AreFetchedAnew_WhenADownloadFails(string script, string golden) =>
        ScriptTests.Golden(golden, Config(Agent(), script, granted).Text!);

    [Theory]
    [InlineData("boot.ipxe", "unavailable.ipxe")]
    [InlineData("grub.cfg", "unavailable.grub.cfg")]
    public void AnImageThatCannotBeHad_IsWaitedFor_AndNeverMeansTheLocalDisk(string script, string golden)
    {
        var answer = Config(World.Demo(ProvisionState.Active, Images), script, new SignedUrl.CannotSign("nobody signs"));
        answer.Plan.ShouldBeOfType<BootPlan.Unavailable>().Wanted.ShouldBeOfType<BootPlan.Ramdisk>();
        ScriptTests.Golden(golden, answer.Text!);
        answer.Text!.ShouldNotContain("sanboot");
        answer.Text!.ShouldNotContain("exit");
    }

    [Theory]
    [InlineData("boot.ipxe")]
    [InlineData("grub.cfg")]
    public void AQuestionToTheOperator_HasNoFullStop(string script) =>
        Config(Agent(), script, new SignedUrl.CannotSign("is the key right?"))
            .Text!.ShouldNotContain("?.");

    [Fact]
    public void Fallback_OfANodeWhoseImageCannotBeHad_IsNoLocalDisk()
    {
        var node = World.Demo(ProvisionState.Active, Images);
        Resolver(node, granted).Fallback([World.Parse(World.Mac)]).Plan.ShouldBeOfType<BootPlan.Unavailable>();
    }

    [Fact]
    public void SignedUrl_IsShownToNobody_WhereGrubCannotOpenIt()
    {
        var answer = Config(Agent(), "grub.cfg", new SignedUrl.Granted("https://198.18.0.5/v1/a/images/k?temp_url_sig=ab", DateTimeOffset.UnixEpoch));
        answer.Plan.ShouldBeOfType<BootPlan.Unavailable>().Problem.ShouldStartWith("swift://images/k is behind https");
        (answer.Text + answer.Why).ShouldNotContain("temp_url_sig");
    }

    [Theory]
    [InlineData(ProvisionState.DeployWait, "pxelinux.cfg", 0)]
    [InlineData(ProvisionState.Deploying, "boot.ipxe", 0)]
    [InlineData(ProvisionState.DeployWait, "boot.ipxe", 1)]
    public void Images_AreLookedAtForNoRefusal(ProvisionState state, string name, int count)
    {
        var signer = new Signer(granted);
        Resolver(Agent() with { ProvisionState = state }, signer).BootConfig(World.Parse(World.Mac), name);
        signer.Count.ShouldBe(count);
    }

    [Theory]
    [InlineData("192.0.2.9", "192.0.2.0/24")]
    [InlineData("198.51.100.9", "198.51.100.0/24")]
    [InlineData("::ffff:198.51.100.9", "198.51.100.0/24")]
    [InlineData("203.0.113.9", "192.0.2.0/24")]
    [InlineData("::1", "192.0.2.0/24")]
    [InlineData(null, "192.0.2.0/24")]
    public void SignedUrls_AreForTheNetworkOfTheMachineThatAsks(string? machine, string network)
    {
        var signer = new Signer(granted);
        var settings = new ImageDeliverySettings { OnlyFor = [IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("198.51.100.0/24")] };
        var resolver = new World(policy: null, new ImageDelivery(settings, [signer], [], cache: null, new ManualTime()), Agent()).Resolver;
        var (mac, from) = (World.Parse(World.Mac), machine is null ? null : IPAddress.Parse(machine));
        ScriptAnswer[] answers = [resolver.BootConfig(mac, "boot.ipxe", from), resolver.IpxeConfig(Agent(), from), resolver.Fallback([mac], from), resolver.GrubConfig(mac, from)];
        answers.ShouldAllBe(answer => answer.Plan is BootPlan.Network);
        signer.OnlyFor.ShouldBe(Enumerable.Repeat<IPNetwork?>(IPNetwork.Parse(network), answers.Length));
    }

    [Fact]
    public void ListOfNodes_SignsNothing()
    {
        var signer = new Signer(granted);
        var resolver = Resolver(Agent(), signer);
        resolver.BootsNow(Agent(), looksAtImages: false).ShouldBe("node demo in state 'wait call-back' boots its deploy kernel from the network");
        signer.Count.ShouldBe(0);
    }

    private static Node Agent() => World.Demo(ProvisionState.DeployWait) with { DriverInfo = JsonFields.Parse("""{"deploy_kernel": "swift://images/k", "deploy_ramdisk": "r"}""") };

    private static ScriptAnswer Config(Node node, string script, SignedUrl signed) => Resolver(node, signed).BootConfig(World.Parse(World.Mac), script);

    private static BootResolver Resolver(Node node, SignedUrl signed) => Resolver(node, new Signer(signed));

    private static BootResolver Resolver(Node node, Signer signer) =>
        new World(policy: null, new ImageDelivery(new ImageDeliverySettings(), [signer], [], cache: null, new ManualTime()), node).Resolver;

    private sealed class Signer(SignedUrl answer) : IUrlSigner
    {
        public bool Signs(ImageReference image) => image is ImageReference.Swift;

        public List<IPNetwork?> OnlyFor { get; } = [];

        public int Count => OnlyFor.Count;

        public SignedUrl Sign(ImageReference image, DateTimeOffset now, IPNetwork? onlyFor)
        {
            OnlyFor.Add(onlyFor);
            return answer;
        }
    }
}
