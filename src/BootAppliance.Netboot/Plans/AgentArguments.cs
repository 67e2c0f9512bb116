using BootAppliance.Nodes;

namespace BootAppliance.Netboot.Plans;

/// <summary>What the agent is told on its kernel's command line.</summary>
internal static class AgentArguments
{
    /// <summary>Where the agent posts what its inspection found.</summary>
    public const string InspectionPath = "/v1/continue_inspection";

    /// <summary>The arguments with the address that the agent reports to, unless the operator wrote another one.</summary>
    /// <remarks>
    /// As in Ironic, an inspection gets only the address that it posts to: with <c>ipa-api-url</c> too, the agent would look its node up afterwards, which
    /// is no more allowed by then, and fail.
    /// </remarks>
    public static string With(string arguments, BootPurpose purpose, string root) => purpose == BootPurpose.Inspect
        ? Add(arguments, "ipa-inspection-callback-url", root + InspectionPath)
        : Add(arguments, "ipa-api-url", root);

    private static string Add(string arguments, string key, string value) =>
        arguments.Split(' ').Any(word => word.StartsWith(key + '=', StringComparison.Ordinal)) ? arguments : $"{arguments} {key}={value}".TrimStart();
}
