using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace BootAppliance.Nodes;

/// <summary>Puts what an inspection found into the fields of its node, as Ironic's hooks do.</summary>
public static class InspectedNode
{
    /// <summary>The node with the properties and ports that the report tells of.</summary>
    /// <param name="node">The node.</param>
    /// <param name="report">What the agent found.</param>
    public static Node With(this Node node, InspectionReport report) => node with
    {
        Properties = Properties(node.Properties, report),
        Ports = Ports(node.Ports, report),
    };

    private static JsonFields Properties(JsonFields properties, InspectionReport report)
    {
        if (report.Cpus is { } cpus) properties = properties.With("cpus", (JsonNode)cpus);
        if (report.MemoryMb is { } memory) properties = properties.With("memory_mb", (JsonNode)memory);
        if (report.LocalGb is { } disk) properties = properties.With("local_gb", (JsonNode)disk);
        if (report.Architecture is { } architecture) properties = properties.With("cpu_arch", (JsonNode)architecture);
        return report.BootMode is { } mode ? properties.With("capabilities", Capabilities(properties, mode)) : properties;
    }

    /// <summary>The capabilities in the form that they have, <c>a:b,c:d</c> or an object, with the boot mode.</summary>
    private static JsonNode Capabilities(JsonFields properties, string mode)
    {
        const string key = "boot_mode";
        if (properties.TryGetValue("capabilities", out var value) && value.ValueKind == System.Text.Json.JsonValueKind.Object)
        {
            var changed = JsonObject.Create(value)!;
            changed[key] = mode;
            return changed;
        }

        var others = (properties.Text("capabilities") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(capability => !capability.StartsWith(key + ':', StringComparison.Ordinal));
        return string.Join(',', others.Append($"{key}:{mode}"));
    }

    private static ImmutableArray<Port> Ports(ImmutableArray<Port> ports, InspectionReport report)
    {
        var known = ports.Select(port => report.BootMac is { } boot && port.PxeEnabled != (port.Address == boot) ? port with { PxeEnabled = port.Address == boot } : port).ToList();
        var missing = report.Macs.Where(mac => !known.Exists(port => port.Address == mac));
        return [.. known, .. missing.Select(mac => new Port { Address = mac, PxeEnabled = report.BootMac is not { } boot || mac == boot })];
    }
}
