namespace BootAppliance.Http.Baremetal.Drivers;

/// <summary>What may be said of a volume in <c>target_raid_config</c>.</summary>
internal static class RaidVolumes
{
    public static IReadOnlyDictionary<string, string> Properties { get; } = new Dictionary<string, string>
    {
        ["raid_level"] = "The RAID level: one of 'JBOD', '0', '1', '2', '5', '6', '1+0', '5+0', '6+0'. Required.",
        ["size_gb"] = "The size in GiB, or 'MAX' for the space that is left. Required.",
        ["volume_name"] = "The volume's name; made up where none is given. Optional.",
        ["is_root_volume"] = "Whether the instance is written to this volume. The default is false. Optional.",
        ["share_physical_disks"] = "Whether other volumes may use the same disks. The default is false. Optional.",
        ["disk_type"] = "The disks to choose from: 'hdd' or 'ssd'. Optional.",
        ["interface_type"] = "The disks to choose from: 'sata', 'scsi' or 'sas'. Optional.",
        ["number_of_physical_disks"] = "How many disks to use; the fewest that the level needs where it is not given. Optional.",
        ["controller"] = "The RAID controller to use. Optional.",
        ["physical_disks"] = "The disks to use. Optional.",
    };
}
