namespace BootAppliance.Lab.Matrix;

/// <summary>How a machine booted.</summary>
/// <param name="Time">From power-on to its init, or to the stage that it is to reach.</param>
/// <param name="PeakMemory">The most memory that the emulator had, in bytes.</param>
/// <param name="Report">What the path has to say.</param>
public sealed record BootResult(TimeSpan Time, long PeakMemory, string Report);
