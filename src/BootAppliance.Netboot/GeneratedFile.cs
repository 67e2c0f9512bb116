namespace BootAppliance.Netboot;

/// <summary>A file that is made at the moment it is asked for.</summary>
/// <param name="Name">The name it was asked by.</param>
/// <param name="Text">Its text, never empty: iPXE takes an empty script for a failure.</param>
/// <param name="Answer">What was decided, where the file is the configuration of one machine.</param>
public sealed record GeneratedFile(string Name, string Text, ScriptAnswer? Answer = null);
