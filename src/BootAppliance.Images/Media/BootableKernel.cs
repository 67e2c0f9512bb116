namespace BootAppliance.Images.Media;

/// <summary>A kernel on an install or live medium, with what makes it start from the network.</summary>
/// <param name="System">Which system it starts, for people.</param>
/// <param name="Kernel">The reference of the kernel, such as <c>ubuntu.iso/casper/vmlinuz</c>.</param>
/// <param name="Initrds">The references of its initrds, in their order.</param>
/// <param name="Arguments">The kernel arguments with which it fetches the rest from here.</param>
/// <param name="Note">What the operator has to know before, or null.</param>
public sealed record BootableKernel(string System, string Kernel, IReadOnlyList<string> Initrds, string Arguments, string? Note);
