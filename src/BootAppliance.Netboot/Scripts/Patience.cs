namespace BootAppliance.Netboot.Scripts;

/// <summary>The end of a script that asks the appliance: pauses that grow, and at last the next boot device.</summary>
internal static class Patience
{
    /// <summary>Goes back to the label <c>ask</c> until the pauses are over.</summary>
    /// <param name="script">The script, whose setting <c>pause</c> says how long the first pause is, in seconds.</param>
    /// <param name="policy">Who does not answer.</param>
    /// <param name="beforeAsking">A command to run before each further try; null: none.</param>
    public static IpxeScript AskAgain(this IpxeScript script, BootPolicy policy, string? beforeAsking = null)
    {
        script
            .Comment("A port of a switch that runs spanning tree forwards nothing for its first 30 to 50 seconds: pauses of 1, 2, 4 ... 64 seconds outlast it.")
            .Command("iseq ${pause} 128 && goto give_up ||")
            .Command("echo BootAppliance: no answer from " + policy.RootUrl + ", trying again in ${pause} seconds")
            .Command("sleep ${pause} || goto give_up")
            .Command("inc pause ${pause}");
        if (beforeAsking is not null) script.Command(beforeAsking);
        return script
            .Command("goto ask")
            .Blank()
            .Label("give_up")
            .Echo("BootAppliance: " + policy.RootUrl + " did not answer. Is it running, and does the switch port forward? Going on with the next boot device.")
            .Command("sleep 10 ||")
            .LocalBoot();
    }
}
