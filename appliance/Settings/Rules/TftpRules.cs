using BootAppliance.Tftp.Wire;

namespace BootAppliance.Settings.Rules;

internal static class TftpRules
{
    /// <summary>Smaller ones than the block size without negotiation are of no use to anybody.</summary>
    private const int SmallestBlock = TftpOptions.DefaultBlockSize;

    public static void Apply(SettingsCheck check)
    {
        var tftp = check.Settings.Tftp;
        check.Refuse(tftp.Port == 0, "Tftp:Port", "0 is no port that machines could ask, such as 69");
        RefuseBlockSize(check, "Tftp:MaxBlockSize", tftp.MaxBlockSize);
        foreach (var (index, subnet) in check.Settings.Dhcp.Subnets.Index()) RefuseBlockSize(check, $"Dhcp:Subnets:{index}:TftpMaxBlockSize", subnet.TftpMaxBlockSize);
        check.Refuse(tftp.RollOver is not (0 or 1), "Tftp:RollOver", $"{tftp.RollOver} is neither 0 nor 1, the numbers that can follow block 65535");
        check.Refuse(tftp.MaxTransfersPerAddress < 1, "Tftp:MaxTransfersPerAddress", $"{tftp.MaxTransfersPerAddress} would serve nobody; a machine needs 1 or 2");
        if (tftp.PortRange is not { } range) return;

        check.Refuse(range.First > range.Last, "Tftp:PortRange", $"{range.First}-{range.Last} is reversed; write {range.Last}-{range.First}");
        check.Refuse(range.First == 0, "Tftp:PortRange", "begins with 0, which is no port");
        check.Refuse(
            tftp.SinglePort,
            "Tftp:PortRange",
            "contradicts Tftp:SinglePort: true, with which every transfer stays on Tftp:Port; keep one of the two",
            "Tftp:SinglePort");
    }

    private static void RefuseBlockSize(SettingsCheck check, string key, int? size) => check.Refuse(
        size is < SmallestBlock or > TftpOptions.LargestBlockSize, key, $"{size} is not between {SmallestBlock} and {TftpOptions.LargestBlockSize} bytes; 1024 passes nearly everywhere");
}
