namespace BootAppliance.Hosting;

/// <summary>Why the appliance cannot start; the message says what is wrong and what to do, and is all that the operator is shown.</summary>
public sealed class StartupException(string message, Exception? inner = null) : Exception(message, inner);
