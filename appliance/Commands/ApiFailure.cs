namespace BootAppliance.Commands;

/// <summary>The appliance refused, or could not be asked; the message is for the operator.</summary>
internal sealed class ApiFailure(string message, Exception? cause = null) : Exception(message, cause);
