using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Tests;

/// <summary>A packet of a real client, as the UDP payload that it sent: lines of hexadecimal digits under comments, of which one is <c># kind: …</c>.</summary>
internal sealed record Capture(string Name, BootClientKind Kind, byte[] Payload)
{
    public static IEnumerable<Capture> All => Directory.EnumerateFiles(Folder, "*.hex").Order().Select(Read);

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Captures");

    public static Capture Read(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(Folder, file));
        var kind = lines.Single(l => l.StartsWith("# kind: ", StringComparison.Ordinal))["# kind: ".Length..].Trim();
        var digits = string.Concat(lines.Where(l => !l.StartsWith('#')).SelectMany(l => l.Where(c => !char.IsWhiteSpace(c))));
        return new Capture(Path.GetFileNameWithoutExtension(file), KindOf(kind), Convert.FromHexString(digits));
    }

    public static DhcpMessage Message(string file)
    {
        DhcpMessage.TryParse(Read(file).Payload, out var message, out var error).ShouldBeTrue(error.ToString());
        return message!;
    }

    private static BootClientKind KindOf(string text) => text switch
    {
        "plain" => BootClientKind.None,
        "bios-pxe" => BootClientKind.BiosPxe,
        "uefi-pxe" => BootClientKind.UefiPxe,
        "http-boot" => BootClientKind.HttpBoot,
        "ipxe" => BootClientKind.Ipxe,
        _ => throw new InvalidDataException($"There is no kind of client called {text}."),
    };
}
