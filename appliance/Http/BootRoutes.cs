using System.Collections.Immutable;
using System.Net;
using BootAppliance.Http.Baremetal.Agents;
using BootAppliance.Images;
using BootAppliance.Netboot;
using BootAppliance.Netboot.Plans;
using BootAppliance.Netboot.Timeline;
using BootAppliance.Nodes;

namespace BootAppliance.Http;

/// <summary>The scripts: what iPXE and GRUB ask for between their start and the kernel.</summary>
internal sealed class BootRoutes(
    BootResolver resolver, ImageDelivery delivery, NodeRegistry nodes, DiscoveredMachines discovered, BootTimeline timeline, MachineAddresses addresses, AgentRestart restart, ILogger<BootRoutes> logger)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapReading("/boot.ipxe", CatchAllAsync);
        routes.MapReading("/boot/fallback.ipxe", FallbackAsync);
        routes.MapReading("/boot/{mac}/grub.cfg", GrubConfigAsync);
        routes.MapReading("/v1/boot/{mac}/{name}", BootConfigAsync);
        routes.Map("/v1/boot/{**rest}", BootAnswers.NotFoundAsync);
        routes.MapReading("/v1/drivers/{driver}/vendor_passthru/ipxe_config", IpxeConfigAsync);
        routes.MapReading("/v1/drivers/{driver}/vendor_passthru", VendorPassthruAsync);
    }

    private Task CatchAllAsync(HttpContext context)
    {
        if (IsBoot(context)) timeline.CatchAllFetched(From(context));
        return BootAnswers.ScriptAsync(context, resolver.CatchAll(addresses.Find(From(context))));
    }

    private async Task BootConfigAsync(HttpContext context)
    {
        // A text that is no address leads to the address that no node has, so that it takes no less time than any other.
        var mac = MacAddress.TryParse(Route(context, "mac"), out var parsed) ? parsed : default;
        var answer = await PreparedAsync(context, () => resolver.BootConfig(mac, Route(context, "name"), From(context)));
        if (answer.Text is null)
        {
            // After the answer, since of an address that no node has there is nothing to record.
            context.Response.OnCompleted(() => RecordAsync(context, mac, answer));
            await BootAnswers.NotFoundAsync(context);
            return;
        }

        await RecordAsync(context, mac, answer);
        await BootAnswers.ScriptAsync(context, answer.Text);
    }

    private Task VendorPassthruAsync(HttpContext context) =>
        context.Request.Query["method"] == "ipxe_config" ? IpxeConfigAsync(context) : BootAnswers.NotFoundAsync(context);

    private async Task IpxeConfigAsync(HttpContext context)
    {
        MacAddress? mac = MacAddress.TryParse(context.Request.Query["port_address"].ToString(), out var parsed) ? parsed : null;
        var node = mac is { } address ? nodes.FindByMac(address) : null;
        if (node is null && Guid.TryParse(context.Request.Query["node_uuid"].ToString(), out var uuid)) node = nodes.FindByUuid(uuid);
        var answer = await PreparedAsync(context, () => resolver.IpxeConfig(node, From(context)));
        await RecordAsync(context, mac, answer);
        if (answer is { Node: { } asked, Plan: BootPlan.Nothing nothing }) BootLog.NothingToBoot(logger, asked.Label, asked.ProvisionState.ToApiString(), nothing.Problem);
        await (answer.Text is null ? BootAnswers.NotFoundAsync(context) : BootAnswers.ScriptAsync(context, answer.Text));
    }

    private async Task FallbackAsync(HttpContext context)
    {
        var macs = context.Request.Query["macs"].ToString().Split('.', StringSplitOptions.RemoveEmptyEntries).Take(DiscoveredMachines.MaximumMacs)
            .Select(text => MacAddress.TryParse(text, out var mac) && mac.IsUnicast ? mac : (MacAddress?)null).OfType<MacAddress>().ToImmutableArray();
        await FallbackAsync(context, macs, await PreparedAsync(context, () => resolver.Fallback(macs, From(context))));
    }

    private async Task GrubConfigAsync(HttpContext context)
    {
        if (!MacAddress.TryParse(Route(context, "mac"), out var mac) || !mac.IsUnicast)
        {
            await BootAnswers.NotFoundAsync(context);
            return;
        }

        var answer = await PreparedAsync(context, () => resolver.GrubConfig(mac, From(context)));
        if (answer.Plan is not (BootPlan.Network or BootPlan.Unavailable))
        {
            await FallbackAsync(context, [mac], answer);
            return;
        }

        await RecordAsync(context, mac, answer);
        await BootAnswers.ScriptAsync(context, answer.Text!);
    }

    /// <summary>The answer, from what the sources of its images say at this moment.</summary>
    private async Task<ScriptAnswer> PreparedAsync(HttpContext context, Func<ScriptAnswer> ask)
    {
        var answer = ask();
        var plan = answer.Plan as BootPlan.Network ?? (answer.Plan as BootPlan.Unavailable)?.Wanted;
        if (answer is not { Text: not null, Loop: null } || plan is null) return answer;
        return await delivery.PrepareAsync(plan.Images, answer.Use, context.RequestAborted) ? ask() : answer;
    }

    private async Task FallbackAsync(HttpContext context, ImmutableArray<MacAddress> macs, ScriptAnswer answer)
    {
        if (IsBoot(context))
        {
            timeline.FallbackServed(From(context), macs, answer);
            await restart.NoticeAsync(answer, From(context));
            if (answer.Unknown == UnknownNodeAction.Discover && macs.Length > 0) await DiscoverAsync(context, macs);
        }

        await BootAnswers.ScriptAsync(context, answer.Text!);
    }

    /// <summary>A store that does not work is no reason to keep the script from the machine; the registry logs it.</summary>
    private async Task DiscoverAsync(HttpContext context, ImmutableArray<MacAddress> macs)
    {
        var query = context.Request.Query;
        await discovered.ReportAsync(new DiscoveredMachine
        {
            Macs = macs,
            Address = From(context),
            Architecture = Text("arch"),
            Firmware = Text("platform"),
            SystemUuid = Guid.TryParse(Text("uuid"), out var uuid) ? uuid : null,
            Manufacturer = Text("manufacturer"),
            Product = Text("product"),
            Serial = Text("serial"),
        });

        string? Text(string key) => query[key].ToString() is { Length: > 0 and <= 256 } text ? text : null;
    }

    private async Task RecordAsync(HttpContext context, MacAddress? mac, ScriptAnswer answer)
    {
        if (!IsBoot(context)) return;
        timeline.ScriptAnswered(From(context), mac, answer);
        await restart.NoticeAsync(answer, From(context));
    }

    /// <summary>Who looks at a script on the appliance itself, over its socket or the loopback, is no machine that boots.</summary>
    private static bool IsBoot(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && context.Connection.RemoteIpAddress is { } from && !IPAddress.IsLoopback(from);

    private static string Route(HttpContext context, string key) => context.GetRouteValue(key) as string ?? "";

    private static IPAddress From(HttpContext context) => context.Connection.RemoteIpAddress ?? IPAddress.None;
}
