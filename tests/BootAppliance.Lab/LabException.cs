namespace BootAppliance.Lab;

/// <summary>The lab could not do what was asked; the message is for the person at the terminal.</summary>
public sealed class LabException(string message) : Exception(message);
