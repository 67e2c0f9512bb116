namespace BootAppliance.Lab.Network;

/// <summary>Where a virtual machine can be plugged in.</summary>
/// <param name="Home">The namespace that it runs in.</param>
/// <param name="Cable">The emulator's words for the network behind its card.</param>
public sealed record MachineSocket(NetworkNamespace Home, string Cable);
