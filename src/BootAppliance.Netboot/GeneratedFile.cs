namespace BootAppliance.Netboot;

/// <summary>A file that is made at the moment it is asked for.</summary>
/// <param name="Name">Its name, which is not always the one that it was asked by.</param>
/// <param name="Text">Its text, never empty: iPXE takes an empty script for a failure.</param>
public sealed record GeneratedFile(string Name, string Text);
