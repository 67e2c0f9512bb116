using System.Net;

namespace BootAppliance.Dhcp.Wire;

/// <summary>The sub-options of option 82 that are read here, a number space of their own (RFC 3046 and its successors).</summary>
public enum RelayAgentOption : byte
{
    /// <summary>Link Selection: the network that the client is on, where giaddr is not on it (RFC 3527).</summary>
    LinkSelection = 5,

    /// <summary>Server Identifier Override: what the client is to take for the server, so that its renewals pass the relay (RFC 5107).</summary>
    ServerIdentifierOverride = 11,
}

/// <summary>Reads option 82; what cannot be read is absent, since a relay's mistake must not cost the client its answer.</summary>
internal static class RelayAgentInformation
{
    public static IPAddress? GetAddress(ReadOnlySpan<byte> value, RelayAgentOption wanted)
    {
        var reader = new DhcpReader(value);
        while (reader.Remaining > 0)
        {
            var code = (RelayAgentOption)reader.ReadByte();
            var content = new DhcpReader(reader.ReadBytes(reader.ReadByte()));
            if (reader.Overrun) return null;
            if (code == wanted && content.Remaining == 4) return content.ReadAddress();
        }

        return null;
    }
}
