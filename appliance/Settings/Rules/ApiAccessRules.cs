using BootAppliance.Http.Access;

namespace BootAppliance.Settings.Rules;

/// <summary>
/// What the files say that the management plane's settings name. Not for every command: who may talk through the socket need not be able to read the
/// passwords and the key.
/// </summary>
internal static class ApiAccessRules
{
    public static void Apply(SettingsCheck check)
    {
        var api = check.Settings.Api;
        if (api.AuthStrategy == AuthStrategy.HttpBasic && api.HtpasswdFile.Length > 0) Read(check, () => Htpasswd.Read(api.HtpasswdFile));
        if (api.IsEncrypted && api.CertificateFile.Length > 0) Read(check, () => ServerCertificate.Read(api.CertificateFile, api.KeyFile, TimeProvider.System));
        if (api.AuthStrategy == AuthStrategy.HttpBasic && !api.IsEncrypted && !ApiRules.IsLoopback(api.Endpoint))
            check.Warn("Api:Endpoint", "passwords cross the network as they are; write https, with Api:CertificateFile and Api:KeyFile");
    }

    private static void Read(SettingsCheck check, Func<IAccessFile> read)
    {
        try
        {
            foreach (var (key, message) in read().Warnings) check.Warn(key, message);
        }
        catch (AccessFileException problem)
        {
            check.Refuse(true, problem.Key, problem.Message);
        }
    }
}
