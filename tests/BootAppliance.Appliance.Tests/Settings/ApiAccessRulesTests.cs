using BootAppliance.Tests.Access;

namespace BootAppliance.Tests.Settings;

/// <summary>What <c>check</c> says of the files that the settings of the API name.</summary>
public sealed class ApiAccessRulesTests : IDisposable
{
    private readonly AccessFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Files_ThatCannotBeUsed_AreProblems_AllAtOnce()
    {
        folder.WriteCertificate();
        folder.Write(folder.Key, "");

        var (settings, problems) = Check("https://192.0.2.1:6385");

        settings.ShouldBeNull();
        problems.Length.ShouldBe(2);
        problems[0].ShouldStartWith($"appsettings.yaml:4:17: Api:HtpasswdFile: {folder.Htpasswd} cannot be read: ");
        problems[1].ShouldBe($"appsettings.yaml:6:12: Api:KeyFile: {folder.Key} has no private key in PEM form (-----BEGIN PRIVATE KEY-----)");
    }

    [Fact]
    public void Files_ThatAreDoubtful_AreWarnings()
    {
        folder.Write(folder.Htpasswd, AccessFolder.Admin + "\nbob:{SHA}DNA4KqJg2ha9FpWYGx9RSz9d3Oo=\n");
        folder.WriteCertificate(until: new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero));

        var (settings, problems) = Check("https://192.0.2.1:6385");

        settings.ShouldNotBeNull();
        problems.ShouldBe(
        [
            $"appsettings.yaml:4:17: warning: Api:HtpasswdFile: {folder.Htpasswd}, line 2 (user bob): is not a bcrypt hash, which begins with $2y$; make it with: htpasswd -B -C 10",
            $"appsettings.yaml:5:20: warning: Api:CertificateFile: the certificate in {folder.Certificate} expired on 2021-01-01 00:00 UTC; clients refuse it",
        ]);
    }

    [Fact]
    public void Passwords_ThatCrossTheNetworkAsTheyAre_AreAWarning()
    {
        folder.Write(folder.Htpasswd, AccessFolder.Admin);
        var (settings, problems) = SettingsTexts.Load($"Api: {{ Endpoint: http://192.0.2.1:6385, AuthStrategy: http_basic, HtpasswdFile: {folder.Htpasswd} }}", readsFiles: true);

        settings.ShouldNotBeNull();
        problems.ShouldHaveSingleItem().ToString().ShouldBe("appsettings.yaml:1:18: warning: Api:Endpoint: passwords cross the network as they are; write https, with Api:CertificateFile and Api:KeyFile");
    }

    private (object? Settings, string[] Problems) Check(string endpoint)
    {
        var (settings, problems) = SettingsTexts.Load(
            $"""
            Api:
              Endpoint: {endpoint}
              AuthStrategy: http_basic
              HtpasswdFile: {folder.Htpasswd}
              CertificateFile: {folder.Certificate}
              KeyFile: {folder.Key}
            """,
            readsFiles: true);
        return (settings, [.. problems.Select(problem => problem.ToString())]);
    }
}
