namespace BootAppliance.Settings.Rules;

internal static class TftpRules
{
    public static void Apply(SettingsCheck check)
    {
        var tftp = check.Settings.Tftp;
        check.Refuse(tftp.Port == 0, "Tftp:Port", "0 is no port that machines could ask, such as 69");
        if (tftp.PortRange is not { } range) return;

        check.Refuse(range.First > range.Last, "Tftp:PortRange", $"{range.First}-{range.Last} is reversed; write {range.Last}-{range.First}");
        check.Refuse(range.First == 0, "Tftp:PortRange", "begins with 0, which is no port");
        check.Refuse(
            tftp.SinglePort,
            "Tftp:PortRange",
            "contradicts Tftp:SinglePort: true, with which every transfer stays on Tftp:Port; keep one of the two",
            "Tftp:SinglePort");
    }
}
