using System.Text;

namespace BootAppliance.Dhcp.Wire;

/// <summary>The value of option 119: domain names as labels with lengths, where an ending that was written before is pointed at (RFC 3397, RFC 1035 section 4.1.4).</summary>
public static class DomainSearchList
{
    private const int FurthestPointer = 0x3FFF;
    private const int Pointer = 0xC0;

    /// <summary>Writes names that are valid domain names, with or without a dot at their end.</summary>
    public static byte[] Encode(IEnumerable<string> names)
    {
        var value = new List<byte>();
        var written = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names) Append(value, written, name.TrimEnd('.'));
        return [.. value];
    }

    private static void Append(List<byte> value, Dictionary<string, int> written, string name)
    {
        for (var rest = name; rest.Length > 0;)
        {
            if (written.TryGetValue(rest, out var offset))
            {
                value.Add((byte)(Pointer | (offset >> 8)));
                value.Add((byte)offset);
                return;
            }

            if (value.Count <= FurthestPointer) written[rest] = value.Count;
            var dot = rest.IndexOf('.', StringComparison.Ordinal);
            var label = dot < 0 ? rest : rest[..dot];
            value.Add((byte)label.Length);
            value.AddRange(Encoding.ASCII.GetBytes(label));
            rest = dot < 0 ? "" : rest[(dot + 1)..];
        }

        value.Add(0);
    }
}
