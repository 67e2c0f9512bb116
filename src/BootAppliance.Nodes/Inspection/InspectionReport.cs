using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;

namespace BootAppliance.Nodes;

/// <summary>What the agent posts at the end of an inspection, as far as it is understood here; the rest is kept as it came.</summary>
public sealed record InspectionReport
{
    private const int MostInterfaces = 256;
    private const int LongestError = 1000;

    /// <summary>Where the agent puts an instance if nobody says otherwise: the smallest disk that is no memory card, in bytes.</summary>
    private const long SmallestRootDisk = 4L << 30;

    private static readonly string[] bmcKeys = ["bmc_address", "bmc_v6address"];

    /// <summary>The addresses of the machine's network interfaces.</summary>
    public ImmutableArray<MacAddress> Macs { get; private init; } = [];

    /// <summary>The interface that the machine booted from, as far as the agent knows.</summary>
    public MacAddress? BootMac { get; private init; }

    /// <summary>The addresses of the machine's management controller.</summary>
    public ImmutableArray<IPAddress> BmcAddresses { get; private init; } = [];

    /// <summary>How many processors the machine has.</summary>
    public int? Cpus { get; private init; }

    /// <summary>The kind of its processors, as in <c>x86_64</c>.</summary>
    public string? Architecture { get; private init; }

    /// <summary>Its memory, in MiB.</summary>
    public int? MemoryMb { get; private init; }

    /// <summary>Its disk for an instance, in GiB, less one for partitions as Ironic reckons.</summary>
    public int? LocalGb { get; private init; }

    /// <summary><c>bios</c> or <c>uefi</c>.</summary>
    public string? BootMode { get; private init; }

    /// <summary>Why the agent could not inspect the machine; null where it could.</summary>
    public string? Error { get; private init; }

    /// <summary>Reads a report; what makes no sense in it is left out, and one without an inventory is none.</summary>
    public static bool TryRead(JsonElement body, [NotNullWhen(true)] out InspectionReport? report)
    {
        report = null;
        if (Member(body, "inventory") is not { ValueKind: JsonValueKind.Object } inventory) return false;
        var boot = Member(inventory, "boot");
        var cpu = Member(inventory, "cpu");
        ImmutableArray<MacAddress> macs = [.. Items(Member(inventory, "interfaces")).Take(MostInterfaces).Select(i => Mac(Text(i, "mac_address"))).OfType<MacAddress>().Distinct()];
        report = new InspectionReport
        {
            Macs = macs,
            BootMac = Mac(Text(boot, "pxe_interface") ?? Text(body, "boot_interface")) is { } booted && macs.Contains(booted) ? booted : null,
            BmcAddresses = [.. bmcKeys.Select(key => Address(Text(inventory, key))).OfType<IPAddress>()],
            Cpus = Number(cpu, "count"),
            Architecture = Word(Text(cpu, "architecture")),
            MemoryMb = Number(Member(inventory, "memory"), "physical_mb"),
            LocalGb = RootDisk(body, inventory) is { } size ? (int)Math.Clamp((size >> 30) - 1, 0, int.MaxValue) : null,
            BootMode = Text(boot, "current_boot_mode") is "bios" or "uefi" ? Text(boot, "current_boot_mode") : null,
            Error = Text(body, "error") is { Length: > 0 } error ? OneLine(error) : null,
        };
        return true;
    }

    private static long? RootDisk(JsonElement body, JsonElement inventory)
    {
        if (Size(Member(body, "root_disk")) is { } told) return told;
        var sizes = Items(Member(inventory, "disks")).Select(disk => Size(disk)).Where(size => size >= SmallestRootDisk).ToList();
        return sizes.Count == 0 ? null : sizes.Min();
    }

    private static long? Size(JsonElement? disk) => Member(disk, "size") is { ValueKind: JsonValueKind.Number } size && size.TryGetInt64(out var bytes) && bytes > 0 ? bytes : null;

    private static JsonElement? Member(JsonElement? owner, string key) =>
        owner is { ValueKind: JsonValueKind.Object } fields && fields.TryGetProperty(key, out var value) ? value : null;

    private static IEnumerable<JsonElement?> Items(JsonElement? list) => list is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray().Select(item => (JsonElement?)item) : [];

    private static string? Text(JsonElement? owner, string key) => Member(owner, key) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static int? Number(JsonElement? owner, string key) =>
        Member(owner, key) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && number > 0 ? number : null;

    private static MacAddress? Mac(string? text) => text is not null && MacAddress.TryParse(text, out var mac) && mac.IsUnicast ? mac : null;

    /// <summary>An agent that finds no controller sends the addresses that stand for none.</summary>
    private static IPAddress? Address(string? text) =>
        IPAddress.TryParse(text, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) ? address : null;

    private static string? Word(string? text) => text is { Length: > 0 and <= 32 } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? text : null;

    private static string OneLine(string text) => string.Concat(text.Take(LongestError).Select(c => char.IsControl(c) ? ' ' : c)).Trim();
}
