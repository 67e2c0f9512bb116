namespace BootAppliance.Lab.Appliance;

/// <summary>The settings of an appliance in a lab: it serves 192.0.2.0/24 on one bridge and keeps everything in one folder.</summary>
public sealed class LabSettings
{
    public const string Address = "192.0.2.1";
    public const string AddressWithPrefix = Address + "/24";

    private LabSettings(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>The settings file, for <c>--config</c>.</summary>
    public string File => Path.Combine(Folder, "appsettings.yaml");

    /// <summary>The Unix socket of its management plane.</summary>
    public string Socket => Path.Combine(Folder, "api.sock");

    /// <summary>The folder that it serves as <c>/images/</c>.</summary>
    public string HttpRoot => Path.Combine(Folder, "http");

    /// <summary>Its database.</summary>
    public string Store => Path.Combine(Folder, "bootappliance.db");

    /// <summary>Makes the folders and writes the file.</summary>
    /// <param name="folder">Where everything is kept.</param>
    /// <param name="networkInterface">The interface that is served.</param>
    /// <param name="additional">More sections of the settings file, as they are.</param>
    public static LabSettings Write(string folder, string networkInterface, string additional = "")
    {
        var settings = new LabSettings(folder);
        Directory.CreateDirectory(settings.HttpRoot);
        System.IO.File.WriteAllText(settings.File, $"""
            Network:
              Interface: {networkInterface}
              Address: {Address}
            Dhcp:
              Mode: Pool
              ForeignServers: Ignore
              Subnets:
                - Prefix: 192.0.2.0/24
                  Pool: 192.0.2.100-192.0.2.200
                  Router: {Address}
                  DnsServers: [{Address}]
            Http:
              Root: "{settings.HttpRoot}"
            Api:
              Socket: "{settings.Socket}"
            Store:
              Path: "{settings.Store}"
            {additional}
            """);
        return settings;
    }
}
