using BootAppliance.Dhcp.Leases;

namespace BootAppliance.Dhcp.Server;

/// <summary>How requests are answered.</summary>
public sealed record DhcpServerSettings
{
    /// <summary>The part that this server plays.</summary>
    public DhcpMode Mode { get; init; } = DhcpMode.Pool;

    /// <summary>Who is answered.</summary>
    public AnswerPolicy Answer { get; init; } = AnswerPolicy.All;

    /// <summary>By what clients are told apart that do not boot from the network.</summary>
    public LeaseKey LeaseKey { get; init; }

    /// <summary>Whether an address is looked for by ARP before a client that never held it is offered it.</summary>
    public bool ProbeAddresses { get; init; } = true;

    /// <summary>The subnets as they were set.</summary>
    public IReadOnlyList<Subnet> Subnets { get; init; } = [];

    /// <summary>Why a client is not answered whatever it asks for, or null.</summary>
    /// <param name="client">The client.</param>
    /// <param name="isKnown">Whether it is a machine that we were told about.</param>
    /// <param name="subnet">The subnet it is in, which may have a policy of its own.</param>
    public DhcpDropReason? FindRefusal(DhcpClient client, bool isKnown, Subnet? subnet = null) => (subnet?.Answer ?? Answer) switch
    {
        AnswerPolicy.None => DhcpDropReason.NobodyAnswered,
        AnswerPolicy.PxeOnly when !client.IsBootClient => DhcpDropReason.NotABootClient,
        AnswerPolicy.Known when !isKnown => DhcpDropReason.NotKnown,
        _ => null,
    };

    /// <summary>The subnets for the <see cref="LeaseTable"/>: without pools where only reservations are served.</summary>
    public IReadOnlyList<Subnet> ServedSubnets => Mode == DhcpMode.Pool ? Subnets : [.. Subnets.Select(s => s with { Pools = [] })];
}
