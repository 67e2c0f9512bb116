using BootAppliance.Images;

namespace BootAppliance.Tests;

public sealed class ImageReferenceTests
{
    private const string Uuid = "c2a5d8f0-6f3e-4a5d-9f7a-2b1c3d4e5f60";
    private const string Sum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Theory]
    [InlineData("abc", "'abc' is no checksum: write sha256:, sha512: or md5: and the sum in hexadecimal")]
    [InlineData("sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709", "'sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709' is no checksum: write sha256:, sha512: or md5: and the sum in hexadecimal")]
    [InlineData("da39a3ee5e6b4b0d3255bfef95601890afd80709", "'da39a3ee5e6b4b0d3255bfef95601890afd80709' is no checksum: write sha256:, sha512: or md5: and the sum in hexadecimal")]
    [InlineData("http://198.18.0.1/SHA256SUMS", "'http://198.18.0.1/SHA256SUMS' is no checksum: write sha256:, sha512: or md5: and the sum in hexadecimal")]
    [InlineData(":", "':' is no checksum: write sha256:, sha512: or md5: and the sum in hexadecimal")]
    [InlineData(":" + Sum, "':" + Sum + "' is no checksum: write sha256:, sha512: or md5: and the sum in hexadecimal")]
    [InlineData("-:" + Sum, "'-:" + Sum + "' is no checksum: write sha256:, sha512: or md5: and the sum in hexadecimal")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "a checksum with MD5 has 32 hexadecimal digits, and this is 'zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz'")]
    [InlineData("md5:abc", "a checksum with MD5 has 32 hexadecimal digits, and this is 'abc'")]
    public void Checksum_ThatIsNone_IsRefusedInTheWordsThatItWasGivenIn(string text, string words)
    {
        ImageChecksum.TryParse(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldBe(words);
    }

    [Theory]
    [InlineData("vmlinuz", "vmlinuz", "vmlinuz")]
    [InlineData("/debian 12//vmlinuz", "debian 12/vmlinuz", "vmlinuz")]
    [InlineData("debian.iso/install.amd/vmlinuz", "debian.iso/install.amd/vmlinuz", "vmlinuz")]
    [InlineData("file:///srv/a b/k", "file:///srv/a%20b/k", "k")]
    [InlineData("file:///srv/a%20b/k", "file:///srv/a%20b/k", "k")]
    [InlineData("http://198.18.0.1:8080/a b?x=1", "http://198.18.0.1:8080/a%20b?x=1", "a b")]
    [InlineData("HTTPS://Boot.Example:443/k", "https://boot.example/k", "k")]
    [InlineData("http://198.18.0.1", "http://198.18.0.1/", "image")]
    [InlineData("http://198.18.0.1/k#" + Sum, "http://198.18.0.1/k#sha256:" + Sum, "k")]
    [InlineData("http://198.18.0.1/k#Sha-256:" + Sum, "http://198.18.0.1/k#sha256:" + Sum, "k")]
    [InlineData("http://198.18.0.1/k#sha-512:" + Sum + Sum, "http://198.18.0.1/k#sha512:" + Sum + Sum, "k")]
    [InlineData("http://198.18.0.1/k#" + Sum + Sum, "http://198.18.0.1/k#sha512:" + Sum + Sum, "k")]
    [InlineData("http://198.18.0.1/k#d41d8cd98f00b204e9800998ecf8427e", "http://198.18.0.1/k#md5:d41d8cd98f00b204e9800998ecf8427e", "k")]
    [InlineData("http://198.18.0.1/k#SHA256:" + Sum, "http://198.18.0.1/k#sha256:" + Sum, "k")]
    [InlineData("http://198.18.0.1/k#md5:D41D8CD98F00B204E9800998ECF8427E", "http://198.18.0.1/k#md5:d41d8cd98f00b204e9800998ecf8427e", "k")]
    [InlineData("glance://" + Uuid, "glance://" + Uuid, Uuid)]
    [InlineData("C2A5D8F0-6F3E-4A5D-9F7A-2B1C3D4E5F60", "glance://" + Uuid, Uuid)]
    [InlineData("swift://images/agent 1//k", "swift://images/agent%201//k", "k")]
    [InlineData("swift://images/100%25.img", "swift://images/100%25.img", "100%.img")]
    [InlineData("s3://bucket/agents/k", "s3://bucket/agents/k", "k")]
    public void Text_IsCanonical_AndReadsAsTheSameReference(string text, string canonical, string fileName)
    {
        ImageReference.TryParse(text, out var reference, out var problem).ShouldBeTrue(problem);
        reference!.ToString().ShouldBe(canonical);
        reference.FileName.ShouldBe(fileName);
        ImageReference.TryParse(canonical, out var again, out problem).ShouldBeTrue(problem);
        again.ShouldBe(reference);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../etc/shadow")]
    [InlineData("a/../../b")]
    [InlineData("ftp://198.18.0.1/k")]
    [InlineData("http://")]
    [InlineData("http://198.18.0.1/a/../b")]
    [InlineData("http://198.18.0.1/a/%2e%2e/b")]
    [InlineData("http://198.18.0.1/k#sha256:abc")]
    [InlineData("http://198.18.0.1/k#crc32:00000000")]
    [InlineData("http://198.18.0.1/k#top")]
    [InlineData("vmlinuz\nkernel http://evil")]
    [InlineData("a\\b")]
    [InlineData("file://srv/k")]
    [InlineData("file:///srv/../etc/shadow")]
    [InlineData("file:///srv/%2e%2e/etc/shadow")]
    [InlineData("file:///srv/a%0ab")]
    [InlineData("glance://vmlinuz")]
    [InlineData("swift://images")]
    [InlineData("swift:///k")]
    [InlineData("swift://images/a/../k")]
    [InlineData("swift://images/a%5cb")]
    [InlineData("swift://images/a%0ab")]
    [InlineData("s3://bucket/")]
    public void TryParse_Refuses_AndSaysWhatToWrite(string text)
    {
        ImageReference.TryParse(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldNotBeEmpty();
        problem.ShouldNotContain('\n');
    }

    [Theory]
    [InlineData("http://user:secret@198.18.0.1/k")]
    [InlineData("ftp://user:secret@198.18.0.1/k")]
    [InlineData("s3://user:secret@bucket/k")]
    [InlineData("http://user:secret@198.18.0.1/a\\b")]
    public void TryParse_RefusesPasswords_AndDoesNotRepeatThem(string text)
    {
        ImageReference.TryParse(text, out _, out var problem).ShouldBeFalse();
        problem.ShouldNotContain("secret");
    }
}
