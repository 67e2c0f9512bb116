namespace BootAppliance.Settings;

/// <summary>Everything that the operator can set; each property is a section of <c>appsettings.yaml</c>, each initial value is the default.</summary>
public sealed record ApplianceSettings
{
    public NetworkSettings Network { get; init; } = new();

    public DhcpSettings Dhcp { get; init; } = new();

    public TftpSettings Tftp { get; init; } = new();

    public HttpSettings Http { get; init; } = new();

    public ApiSettings Api { get; init; } = new();

    public BootSettings Boot { get; init; } = new();

    public ProvisioningSettings Provisioning { get; init; } = new();

    public ImagesSettings Images { get; init; } = new();

    public GlanceSettings Glance { get; init; } = new();

    public SwiftSettings Swift { get; init; } = new();

    public S3Settings S3 { get; init; } = new();

    public StoreSettings Store { get; init; } = new();
}
