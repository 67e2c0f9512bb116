using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Preview;

/// <summary>What a boot program would get under a name.</summary>
/// <param name="Text">Its text, if it is a script; otherwise null.</param>
/// <param name="IsOperators">Whether it is a file of the operator's, which goes before the appliance's own of that name.</param>
public sealed record PreviewFile(string? Text, bool IsOperators);

/// <summary>Looks a file up where TFTP and HTTP do.</summary>
/// <param name="path">The name that is asked for.</param>
/// <param name="machine">The machine that would ask.</param>
/// <returns>The file, or null where there is none.</returns>
public delegate PreviewFile? PreviewLookup(string path, MacAddress machine);
