using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Nodes;

/// <summary>Finds the node that a path names, by its UUID or its name.</summary>
internal static class NodeLookup
{
    private const int NamesSince = 5;
    private const int SuffixesSince = 91;
    private const string Suffix = ".json";

    /// <summary>The node of the path's <c>{id}</c>; refused when there is none.</summary>
    public static Node Get(this NodeRegistry nodes, ApiCall call)
    {
        var text = call.Route("id");
        if (Find(nodes, text, call) is { } node) return node;

        // Before 1.91 the end of a path said which format the client wants.
        if (!call.Version.Has(SuffixesSince) && text.EndsWith(Suffix, StringComparison.Ordinal) && Find(nodes, text[..^Suffix.Length], call) is { } suffixed) return suffixed;
        throw BaremetalException.NotFound($"Node {text} could not be found.");
    }

    private static Node? Find(NodeRegistry nodes, string text, ApiCall call)
    {
        if (Guid.TryParse(text, out var uuid)) return nodes.FindByUuid(uuid);
        if (!IsName(text)) throw BaremetalException.Bad($"Expected UUID or name for node: {text}");
        return call.Version.Has(NamesSince) ? nodes.FindByName(text) : null;
    }

    private static bool IsName(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~');
}
