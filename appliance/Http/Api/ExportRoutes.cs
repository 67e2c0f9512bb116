using BootAppliance.Dhcp.Server;
using BootAppliance.Netboot.Export;
using BootAppliance.Settings;

namespace BootAppliance.Http.Api;

/// <summary><c>/api/dhcp/export</c>: what another DHCP server is to be told.</summary>
internal sealed class ExportRoutes(DhcpExporter exporter, DhcpMode mode, TftpSettings tftp)
{
    /// <summary>Firmware asks no other port, and DHCP has no word for one.</summary>
    private const int TftpPort = 69;

    public void Map(IEndpointRouteBuilder api) => api.MapQuery("/dhcp/export", (string? format, bool? subnets) =>
    {
        if (!Enum.TryParse<ExportFormat>(format, ignoreCase: true, out var server) || !Enum.IsDefined(server))
            throw ApiException.Bad($"there is no format '{format}': it is one of {string.Join(", ", Enum.GetNames<ExportFormat>()).ToLowerInvariant()}");
        var export = ExportText.Of(exporter.Export(), server, subnets == true);
        return new { format = server.ToString().ToLowerInvariant(), export.Text, warnings = Cautions().Concat(export.Warnings) };
    }).WithSummary("What another DHCP server is to be told so that machines boot through this appliance");

    private IEnumerable<string> Cautions()
    {
        if (mode != DhcpMode.Off) yield return $"Dhcp:Mode is {mode}: set it to Off before the other server uses this, or machines get two answers";
        if (!tftp.Enabled) yield return "Tftp:Enabled is false: PXE firmware will not get its loader from this appliance";
        else if (tftp.Port != TftpPort) yield return $"Tftp:Port is {tftp.Port}: firmware asks port {TftpPort} only";
    }
}
