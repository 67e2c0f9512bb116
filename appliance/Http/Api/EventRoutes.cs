using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using BootAppliance.Nodes;
using Microsoft.Extensions.Hosting;

namespace BootAppliance.Http.Api;

/// <summary>One entry of the timeline as <c>/api/events</c> shows it; <c>rate</c> is in bytes per second.</summary>
internal sealed record EventView(
    long Sequence, DateTimeOffset Time, string Kind, string? Mac, Guid? NodeUuid, string? Node, string? Address, string? Stage, string? Client, string? File, long? Bytes,
    double? Seconds, double? Rate, string? State, string Text)
{
    public static EventView Of(MachineEvent seen, NodeRegistry nodes) => new(
        seen.Sequence, seen.Time, seen.Kind.ToApiString(), seen.Mac?.ToString(), seen.NodeUuid, seen.NodeUuid is { } uuid ? nodes.FindByUuid(uuid)?.Label : null,
        seen.Address?.ToString(), seen.Stage?.ToString().ToLowerInvariant(), seen.Client, seen.File, seen.Bytes, seen.Duration?.TotalSeconds,
        seen is { Bytes: { } bytes, Duration.TotalSeconds: > 0 } ? bytes / seen.Duration.Value.TotalSeconds : null, seen.State?.ToApiString(), seen.Text);
}

/// <summary><c>/api/events</c>: the boot timeline, stored and live.</summary>
internal sealed class EventRoutes(EventLog events, NodeRegistry nodes)
{
    private const int UsualLimit = 1000;

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapQuery("/events", (string? node, string? mac, long? after, int? limit) => new
        {
            events = events.Query(Query(node, mac) with { After = after ?? 0, Limit = Math.Max(limit ?? UsualLimit, 0) }).Select(seen => EventView.Of(seen, nodes)),
        }).WithSummary("The boot timeline, of all machines or of one");
        // Not by HEAD: it would have to wait for the end of the stream.
        api.MapGet("/events/watch", (HttpContext context, IHostApplicationLifetime application, string? node, string? mac, long? after) =>
        {
            // A reader that lost its connection says where it was; a new one wants what happens from now on.
            var from = long.TryParse(context.Request.Headers["Last-Event-ID"], out var last) ? last : after ?? events.LastSequence;
            return TypedResults.ServerSentEvents(WatchAsync(Query(node, mac), from, context.RequestAborted, application.ApplicationStopping));
        }).WithSummary("The boot timeline as server-sent events; Last-Event-ID takes it up where it broke off");
    }

    private async IAsyncEnumerable<SseItem<EventView>> WatchAsync(EventQuery query, long after, [EnumeratorCancellation] CancellationToken gone, CancellationToken stopping)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(gone, stopping);
        await using var seenEvents = events.WatchAsync(after, end.Token).GetAsyncEnumerator(CancellationToken.None);
        while (await NextAsync(seenEvents))
        {
            var seen = seenEvents.Current;
            if (seen.Kind == MachineEventKind.EventsLost || query.Matches(seen))
                yield return new SseItem<EventView>(EventView.Of(seen, nodes)) { EventId = seen.Sequence.ToString() };
        }
    }

    /// <summary>The end of the reader or of the appliance ends the stream, without a fault.</summary>
    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<MachineEvent> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private EventQuery Query(string? node, string? mac)
    {
        if (node is not null) return EventQuery.ForNode(nodes.Get(node));
        return mac is null ? new EventQuery() : EventQuery.ForMac(RequestedMac.Parse(mac));
    }
}
