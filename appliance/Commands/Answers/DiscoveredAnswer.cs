namespace BootAppliance.Commands.Answers;

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
