using BootAppliance.Lab;
using BootAppliance.Lab.Services;

[assembly: AssemblyFixture(typeof(BootAppliance.Tests.Services.RealServices))]

namespace BootAppliance.Tests.Services;

/// <summary>A real Swift and a real Glance for every test of this assembly, started when the first one asks.</summary>
public sealed class RealServices : IAsyncDisposable
{
    private readonly Lazy<Task<SwiftService>> swift = new(() => SwiftService.Start(ServiceHome.Loopback));
    private readonly Lazy<Task<GlanceService>> glance;

    public RealServices() => glance = new(async () => await GlanceService.Start(ServiceHome.Loopback, await swift.Value));

    public Task<SwiftService> SwiftAsync()
    {
        Skip(SwiftService.FindObstacle());
        return swift.Value;
    }

    public Task<GlanceService> GlanceAsync()
    {
        Skip(SwiftService.FindObstacle() ?? GlanceService.FindObstacle());
        return glance.Value;
    }

    public async ValueTask DisposeAsync()
    {
        // One that did not start has said so in the tests.
        if (glance is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }) await (await glance.Value).DisposeAsync();
        if (swift is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }) await (await swift.Value).DisposeAsync();
    }

    private static void Skip(string? obstacle) => Assert.SkipWhen(obstacle is not null, obstacle ?? "");
}
