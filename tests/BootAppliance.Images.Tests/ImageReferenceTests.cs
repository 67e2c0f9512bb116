using BootAppliance.Images;

namespace BootAppliance.Tests;

public sealed class ImageReferenceTests
{
    [Theory]
    [InlineData("vmlinuz", "http://192.0.2.1/images/vmlinuz")]
    [InlineData("/debian 12/vmlinuz", "http://192.0.2.1/images/debian%2012/vmlinuz")]
    [InlineData("a#b/${net0}", "http://192.0.2.1/images/a%23b/%24%7Bnet0%7D")]
    [InlineData("http://198.18.0.1:8080/a b?x=${mac}", "http://198.18.0.1:8080/a%20b?x=%24%7Bmac%7D")]
    [InlineData("https://boot.example/k", "https://boot.example/k")]
    public void ToUrl_IsOneWord_ThatIpxeDoesNotExpand(string text, string url)
    {
        ImageReference.TryParse(text, out var reference, out var problem).ShouldBeTrue(problem);
        reference!.ToUrl("http://192.0.2.1/images/").ShouldBe(url);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../etc/shadow")]
    [InlineData("a/../../b")]
    [InlineData("ftp://198.18.0.1/k")]
    [InlineData("http://")]
    [InlineData("vmlinuz\nkernel http://evil")]
    [InlineData("a\\b")]
    public void TryParse_Refuses_AndSaysWhatToWrite(string text)
    {
        ImageReference.TryParse(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldNotBeEmpty();
    }
}
