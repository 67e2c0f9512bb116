namespace BootAppliance.Settings.Rules;

internal static class ProvisioningRules
{
    public static void Apply(SettingsCheck check)
    {
        var provisioning = check.Settings.Provisioning;
        RefuseNegative(check, nameof(provisioning.DeployCallbackTimeout), provisioning.DeployCallbackTimeout);
        RefuseNegative(check, nameof(provisioning.CleanCallbackTimeout), provisioning.CleanCallbackTimeout);
        RefuseNegative(check, nameof(provisioning.InspectTimeout), provisioning.InspectTimeout);
        RefuseNegative(check, nameof(provisioning.RescueCallbackTimeout), provisioning.RescueCallbackTimeout);
        RefuseNegative(check, nameof(provisioning.ServiceCallbackTimeout), provisioning.ServiceCallbackTimeout);
    }

    private static void RefuseNegative(SettingsCheck check, string key, TimeSpan value) =>
        check.Refuse(value < TimeSpan.Zero, $"Provisioning:{key}", $"{value} is negative; a time such as 00:30:00, or 00:00:00 to wait for ever");
}
