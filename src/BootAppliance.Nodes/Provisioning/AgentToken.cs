namespace BootAppliance.Nodes;

/// <summary>
/// Where a node keeps the secret that its agent shows with every report, under Ironic's names in <c>driver_internal_info</c>. It is for one start of the
/// machine: who restarts the machine, or tells it to boot something new, takes it away, or the new agent would be refused.
/// </summary>
public static class AgentToken
{
    /// <summary>The secret itself.</summary>
    public const string SecretKey = "agent_secret_token";

    /// <summary>Whether the secret was written into what the machine boots, before its agent asked.</summary>
    public const string PregeneratedKey = "agent_secret_token_pregenerated";

    /// <summary>Where the agent can be reached.</summary>
    public const string UrlKey = "agent_url";

    /// <summary>The certificate that the agent made for itself, PEM.</summary>
    public const string VerifyCaKey = "agent_verify_ca";

    private static readonly string[] ofOneStart = [SecretKey, PregeneratedKey, UrlKey, VerifyCaKey];

    /// <summary>The secret of the agent that runs now, or null.</summary>
    public static string? Secret(this Node node) => node.DriverInternalInfo.Text(SecretKey);

    /// <summary>The node without anything that holds for one start of its agent only.</summary>
    public static Node WithoutAgentToken(this Node node)
    {
        var info = node.DriverInternalInfo;
        foreach (var key in ofOneStart)
        {
            if (info.TryGetValue(key, out _)) info = info.Without(key);
        }

        return ReferenceEquals(info, node.DriverInternalInfo) ? node : node with { DriverInternalInfo = info };
    }
}
