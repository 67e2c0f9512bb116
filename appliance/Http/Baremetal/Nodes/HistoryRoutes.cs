using System.Buffers.Binary;
using System.Text.Json;
using BootAppliance.Http.Baremetal.Resources;
using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Nodes;

/// <summary><c>/v1/nodes/…/history</c>: what went wrong with a node and why, as far back as the boot timeline goes. Ironic records no more than that; all changes are in our own events.</summary>
internal sealed class HistoryRoutes(NodeRegistry nodes, EventLog events, string conductor)
{
    private const int Since = 78;
    private const int LongestText = 255;

    // The text of a change of state, where something went wrong: "cleaning → clean failed: the reason".
    private const string ChangeMark = " → ";
    private const string ReasonMark = ": ";

    public void Map(BaremetalRoutes routes)
    {
        routes.Get("/nodes/{id}/history", List, Since);
        routes.Get("/nodes/{id}/history/{entry}", Show, Since);
    }

    private ApiAnswer List(ApiCall call)
    {
        call.Takes("detail", "limit", "marker", "sort_key", "sort_dir");
        var node = nodes.Get(call);
        var (query, detail) = (ListQuery.Read(call), call.Flag("detail") == true);
        if (query.SortKey != "id") throw BaremetalException.Bad($"The sort_key value \"{query.SortKey}\" is an invalid field for sorting");
        var entries = query.Descending ? Entries(node).Reverse() : Entries(node);
        if (query.Marker is { } marker)
        {
            if (!entries.Any(e => Identity(node, e) == marker)) throw NotFound(marker.ToString());
            entries = entries.SkipWhile(e => Identity(node, e) != marker).Skip(1);
        }

        return ApiAnswer.Long(body => query.WriteAsync(body, call, "history", $"nodes/{Uri.EscapeDataString(call.Route("id"))}/history", entries, e => Identity(node, e), (w, e) => Write(w, call, node, e, detail)));
    }

    private ApiAnswer Show(ApiCall call)
    {
        var (node, text) = (nodes.Get(call), call.Route("entry"));
        var entry = Guid.TryParse(text, out var uuid) ? Entries(node).FirstOrDefault(e => Identity(node, e) == uuid) : null;
        return entry is null ? throw NotFound(text) : ApiAnswer.Ok(writer => Write(writer, call, node, entry, detail: true));
    }

    private IEnumerable<MachineEvent> Entries(Node node) => events.Query(new EventQuery { NodeUuid = node.Uuid })
        .Where(e => e.Kind == MachineEventKind.StateChanged && e.Text.Contains(ReasonMark, StringComparison.Ordinal));

    private void Write(Utf8JsonWriter writer, ApiCall call, Node node, MachineEvent entry, bool detail)
    {
        var reason = entry.Text[(entry.Text.IndexOf(ReasonMark, StringComparison.Ordinal) + ReasonMark.Length)..];
        var uuid = Identity(node, entry);
        writer.WriteStartObject();
        writer.WriteString("uuid", uuid.ToString());
        writer.WriteString("created_at", Timestamp.Of(entry.Time));
        writer.WriteString("severity", "ERROR");
        if (detail) writer.WriteString("event_type", entry.Text[..entry.Text.IndexOf(ChangeMark, StringComparison.Ordinal)]);
        writer.WriteString("event", detail || reason.Length <= LongestText ? reason : reason[..(LongestText - 4)] + "...");
        if (detail)
        {
            writer.WriteString("conductor", conductor);
            writer.WriteNull("user");
        }

        writer.WriteStartArray("links");
        writer.WriteStartObject();
        writer.WriteString("href", $"{call.Root}/v1/nodes/{node.Uuid}/history/{uuid}");
        writer.WriteString("rel", "self");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>An event has a sequence and no UUID: it gets the node's, with the sequence in its first six bytes.</summary>
    private static Guid Identity(Node node, MachineEvent entry)
    {
        Span<byte> sequence = stackalloc byte[8];
        Span<byte> identity = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(sequence, entry.Sequence);
        node.Uuid.TryWriteBytes(identity, bigEndian: true, out _);
        sequence[2..].CopyTo(identity);
        return new Guid(identity, bigEndian: true);
    }

    private static BaremetalException NotFound(string entry) => BaremetalException.NotFound($"Node history record {entry} could not be found.");
}
