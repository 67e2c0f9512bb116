using System.Net;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>What a client is to load next.</summary>
/// <param name="NextServer">The server that has it: <c>siaddr</c>, <c>sname</c> and option 66.</param>
/// <param name="BootFile">A file name for TFTP, or a URL: <c>file</c> and option 67.</param>
/// <param name="IsUrl">Whether <paramref name="BootFile"/> is a URL (a script for iPXE, or HTTP boot).</param>
public sealed record BootOffer(IPAddress NextServer, string BootFile, bool IsUrl)
{
    /// <summary>In which form PXE firmware is told so.</summary>
    public PxeReplyForm Form { get; init; }

    /// <summary>The whole value of option 43 for firmware that looks for one of its own, in place of the usual one; none for all other firmware.</summary>
    public ReadOnlyMemory<byte> VendorOptions { get; init; }
}

/// <summary>Decides what machines boot; implemented by the judgement above the protocol.</summary>
public interface IBootOfferSource
{
    /// <summary>
    /// What a network boot client is to load from the server that it reached at this address; null: nothing, only an address.
    /// </summary>
    BootOffer? Choose(DhcpClient client, IPAddress serverAddress);

    /// <summary>Whether the machine is one that we were told about.</summary>
    bool IsKnown(HardwareAddress address);
}
