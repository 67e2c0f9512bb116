using BootAppliance.Http.Access;

namespace BootAppliance.Tests.Access;

public sealed class HtpasswdTests : IDisposable
{
    private readonly AccessFolder folder = new();

    public void Dispose() => folder.Dispose();

    // All made by crypt(3) of libxcrypt.
    [Theory]
    [InlineData("pw1", "$2a$04$abcdefghijklmnopqrstuu8HU3pu3uDNsZeZ4Putj36gAGMqThibC")]
    [InlineData("pw1", "$2b$05$abcdefghijklmnopqrstuuUO0ia.DNRpY0c0bDasaKMC9101OqwdW")]
    [InlineData("pw1", "$2y$04$ABCDEFGHIJKLMNOPQRSTUuhN0OmcyjRlMhDhpi4VdLbMyM15/w5Oa")]
    [InlineData("pä:ss wörd", "$2a$04$abcdefghijklmnopqrstuuqP9gyq7bfe6jVZzyXAfoMZbvNxQkGYq")]
    [InlineData("pä:ss wörd", "$2b$05$abcdefghijklmnopqrstuu23EJfcCrZMhI9x8qqvxqUXQM1rjKkyS")]
    [InlineData("pä:ss wörd", "$2y$04$ABCDEFGHIJKLMNOPQRSTUua8CElIr4.K.7dxePZEHuDnO6cjaqbxy")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "$2b$05$abcdefghijklmnopqrstuujf8SX2ahXLwp9w/B.Y5XdysS6yR576q")]
    public void Hash_OfAnotherImplementation_IsTheOneOfItsPassword(string password, string hash)
    {
        var users = Read($"bob:{hash}\n");

        BCrypt.Net.BCrypt.Verify(password, users.HashOf("bob")).ShouldBeTrue();
        BCrypt.Net.BCrypt.Verify(password + "!", users.HashOf("bob")).ShouldBe(password.Length == 72); // bcrypt ends there
        BCrypt.Net.BCrypt.Verify("", users.HashOf("bob")).ShouldBeFalse();
    }

    [Fact]
    public void Hash_OfNobody_CostsAsMuchAsTheDearestUser_AndIsNewEachTime()
    {
        const string Text = AccessFolder.Admin + "\nbob:$2b$05$abcdefghijklmnopqrstuuUO0ia.DNRpY0c0bDasaKMC9101OqwdW\n";
        var nobody = Read(Text).HashOf("nobody");

        nobody.ShouldMatch(@"^\$2b\$05\$[./A-Za-z0-9]{53}$");
        Read(Text).HashOf("nobody").ShouldNotBe(nobody);
        BCrypt.Net.BCrypt.Verify(AccessFolder.AdminsPassword, nobody).ShouldBeFalse();
    }

    [Theory]
    [InlineData("bob", ", line 3: is not USER:HASH")]
    [InlineData(":$2b$05$abcdefghijklmnopqrstuuUO0ia.DNRpY0c0bDasaKMC9101OqwdW", ", line 3: is not USER:HASH")]
    [InlineData("bob:$apr1$dHjB6/..$mkTTbqwpK/0h/rz4ZeN8M0", ", line 3 (user bob): is not a bcrypt hash, which begins with $2y$; make it with: htpasswd -B -C 10")]
    [InlineData("bob:{SHA}DNA4KqJg2ha9FpWYGx9RSz9d3Oo=", ", line 3 (user bob): is not a bcrypt hash, which begins with $2y$; make it with: htpasswd -B -C 10")]
    [InlineData("bob:plain", ", line 3 (user bob): is not a bcrypt hash, which begins with $2y$; make it with: htpasswd -B -C 10")]
    [InlineData("bob:$2x$05$abcdefghijklmnopqrstuuUO0ia.DNRpY0c0bDasaKMC9101OqwdW", ", line 3 (user bob): is not a bcrypt hash, which begins with $2y$; make it with: htpasswd -B -C 10")]
    [InlineData("bob:$2b$05$abcdefghijklmnopqrstuuUO0ia.DNRpY0c0bDasaKMC9101Oqwd", ", line 3 (user bob): is not a bcrypt hash, which begins with $2y$; make it with: htpasswd -B -C 10")]
    [InlineData("bob:$2b$31$abcdefghijklmnopqrstuuUO0ia.DNRpY0c0bDasaKMC9101OqwdW", ", line 3 (user bob): has the cost 31, which is not between 4 and 17")]
    [InlineData("admin:$2b$05$abcdefghijklmnopqrstuuUO0ia.DNRpY0c0bDasaKMC9101OqwdW", ", line 3 (user admin): has a line already, which counts")]
    public void Line_ThatCannotBeUsed_IsNamed_WithoutWhatStandsBehindTheColon(string line, string warning)
    {
        var users = Read($"# users\r\n{AccessFolder.Admin}\r\n{line}\r\n\r\n");

        users.Warnings.ShouldBe([new("Api:HtpasswdFile", folder.Htpasswd + warning)]);
        users.Summary.ShouldBe("1 user");
        BCrypt.Net.BCrypt.Verify(AccessFolder.AdminsPassword, users.HashOf("admin")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("bob:secret\n", " (FILE, line 1 (user bob): is not a bcrypt hash, which begins with $2y$; make it with: htpasswd -B -C 10)")]
    public void File_WithoutAUserOfUse_IsRefused(string text, string reason) =>
        Refusal(text).ShouldBe($"FILE has no user with a bcrypt hash{reason}; add one with: htpasswd -B -C 10 FILE USER");

    [Fact]
    public void File_ThatIsNotThere_IsRefused() =>
        Should.Throw<AccessFileException>(() => Htpasswd.Read(folder.PathOf("none"))).Message.ShouldStartWith($"{folder.PathOf("none")} cannot be read: ");

    [Fact]
    public void File_ThatEverybodyCanRead_IsDoubtful()
    {
        folder.Write(folder.Htpasswd, AccessFolder.Admin);
        File.SetUnixFileMode(folder.Htpasswd, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Htpasswd.Read(folder.Htpasswd).Warnings.ShouldHaveSingleItem().Message.ShouldBe($"{folder.Htpasswd} is open to every user of this machine: chmod o= {folder.Htpasswd}");
    }

    private Htpasswd Read(string text)
    {
        folder.Write(folder.Htpasswd, text);
        return Htpasswd.Read(folder.Htpasswd);
    }

    private string Refusal(string text) => Should.Throw<AccessFileException>(() => Read(text)).Message.Replace(folder.Htpasswd, "FILE", StringComparison.Ordinal);
}
