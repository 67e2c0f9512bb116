using System.Net;
using BootAppliance.Images;

namespace BootAppliance.Tests;

public sealed class ImageDeliveryTests
{
    private static readonly ImageReference stored = new ImageReference.Swift("images", "k");

    [Theory]
    [InlineData("vmlinuz", "images/vmlinuz")]
    [InlineData("/debian 12/vmlinuz", "images/debian%2012/vmlinuz")]
    [InlineData("a#b/${net0}", "images/a%23b/%24%7Bnet0%7D")]
    public void Local_IsServed_AsOneWordThatIpxeDoesNotExpand(string text, string path) =>
        Delivery().Route(Parse(text), lasting: false).ShouldBe(new ImageRoute.Served(path));

    [Theory]
    [InlineData("http://198.18.0.1:8080/a b?x=${mac}", "http://198.18.0.1:8080/a%20b?x=%24%7Bmac%7D")]
    [InlineData("http://198.18.0.1/it's", "http://198.18.0.1/it%27s")]
    public void Remote_GoesToTheMachine_AsOneWordThatIpxeDoesNotExpand(string text, string url) =>
        Delivery(RemoteUrls.Direct).Route(Parse(text), lasting: false).ShouldBe(new ImageRoute.Direct(url));

    [Fact]
    public void Signed_IsForTheMomentOnly_AndForNoInstanceThatLives()
    {
        var signer = new Signer(new SignedUrl.Granted("https://swift.example/k?temp_url_sig=a'$b", DateTimeOffset.UnixEpoch));
        var delivery = Delivery(signers: signer);
        delivery.Route(stored, lasting: false).ShouldBe(new ImageRoute.Direct("https://swift.example/k?temp_url_sig=a%27%24b", DateTimeOffset.UnixEpoch));
        delivery.Route(stored, lasting: true).ShouldNotBeOfType<ImageRoute.Direct>();
    }

    [Fact]
    public void Unsigned_SaysWhy()
    {
        var route = Delivery(signers: new Signer(new SignedUrl.CannotSign("Swift:TempUrlKey is not set"))).Route(stored, lasting: false);
        route.ShouldBeOfType<ImageRoute.Unavailable>().Problem.ShouldBe("Swift:TempUrlKey is not set");
    }

    private static ImageDelivery Delivery(RemoteUrls remote = RemoteUrls.Cache, params IUrlSigner[] signers) =>
        new(new ImageDeliverySettings { RemoteUrls = remote }, signers, [], cache: null, new ManualTime());

    private static ImageReference Parse(string text) => ImageReference.TryParse(text, out var reference, out var problem) ? reference : throw new ArgumentException(problem);

    private sealed class Signer(SignedUrl answer) : IUrlSigner
    {
        public bool Signs(ImageReference image) => image is ImageReference.Swift;

        public SignedUrl Sign(ImageReference image, DateTimeOffset now, IPNetwork? onlyFor) => answer;
    }
}
