namespace BootAppliance.Commands.Answers;

internal sealed record LeasesAnswer(IReadOnlyList<LeaseAnswer> Leases);

internal sealed record LeaseAnswer(string Address, string? Mac, string? Node, string? HostName, string? State, DateTimeOffset? Expires);
