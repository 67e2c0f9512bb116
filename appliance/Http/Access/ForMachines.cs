namespace BootAppliance.Http.Access;

/// <summary>The mark of a route that machines boot by. They ask by whatever name they were told, and what it answers is nothing that only some may know.</summary>
internal sealed class ForMachines;
