namespace BootAppliance.Commands.Answers;

internal sealed record LeasesAnswer(IReadOnlyList<LeaseAnswer> Leases);

internal sealed record LeaseAnswer(string Address, string? Mac, string? Node, string? HostName, string? State, DateTimeOffset? Expires);

internal sealed record DiscoveredAnswer(IReadOnlyList<MachineAnswer> Machines);

internal sealed record MachineAnswer
{
    public IReadOnlyList<string> Macs { get; init; } = [];

    public DateTimeOffset? LastSeen { get; init; }

    public string? Address { get; init; }

    public string? Architecture { get; init; }

    public string? Manufacturer { get; init; }

    public string? Product { get; init; }

    public string? Serial { get; init; }
}

internal sealed record PreviewAnswer(string? Mac, string? Node, string? State, IReadOnlyList<PreviewStageAnswer> Stages);

internal sealed record PreviewStageAnswer(string Stage, string Offer, string? Why, string? Content);
