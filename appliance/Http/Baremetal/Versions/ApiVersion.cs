using System.Globalization;

namespace BootAppliance.Http.Baremetal.Versions;

/// <summary>A microversion of the bare metal API, 1.<paramref name="Minor"/>: what a client asks for decides which fields and verbs there are.</summary>
internal readonly record struct ApiVersion(int Minor)
{
    public const string Header = "X-OpenStack-Ironic-API-Version";

    public static ApiVersion Minimum { get; } = new(1);

    public static ApiVersion Maximum { get; } = new(96);

    /// <summary>Whether something that came with this minor version is there.</summary>
    public bool Has(int since) => Minor >= since;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"1.{Minor}");
}
