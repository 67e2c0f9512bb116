namespace BootAppliance.Settings.Rules;

internal static class GlanceRules
{
    public static void Apply(SettingsCheck check)
    {
        var (glance, keystone) = (check.Settings.Glance, check.Settings.Glance.Keystone);
        check.Refuse(
            glance.Endpoint is null && (!glance.Token.IsEmpty || keystone.Endpoint is not null),
            "Glance:Endpoint",
            "is not set: write the URL of Glance, such as http://glance.example:9292",
            "Glance:Keystone:Endpoint");
        check.Refuse(!glance.Token.IsEmpty && keystone.Endpoint is not null, "Glance:Token", "and Glance:Keystone are two ways to log in: write one of them", "Glance:Keystone:Endpoint");
        check.Refuse(keystone.Endpoint is not null && keystone.User.Length == 0, "Glance:Keystone:User", "is who logs in to Keystone, and it is not set", "Glance:Keystone:Endpoint");
        check.Refuse(keystone.Endpoint is not null && keystone.Password.IsEmpty, "Glance:Keystone:Password", "is what logs in to Keystone, and it is not set", "Glance:Keystone:Endpoint");
        check.Refuse(
            keystone.Endpoint is not null && keystone.Project.Length == 0,
            "Glance:Keystone:Project",
            "is the project that images are shown to, and it is not set",
            "Glance:Keystone:Endpoint");
    }
}
