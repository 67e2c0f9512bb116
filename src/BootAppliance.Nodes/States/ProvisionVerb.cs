namespace BootAppliance.Nodes;

/// <summary>What a client may ask of a node's provision state.</summary>
public enum ProvisionVerb
{
    /// <summary><c>manage</c></summary>
    Manage,

    /// <summary><c>provide</c></summary>
    Provide,

    /// <summary><c>inspect</c></summary>
    Inspect,

    /// <summary><c>clean</c></summary>
    Clean,

    /// <summary><c>adopt</c></summary>
    Adopt,

    /// <summary><c>active</c>, also <c>deploy</c></summary>
    Deploy,

    /// <summary><c>rebuild</c></summary>
    Rebuild,

    /// <summary><c>deleted</c>, also <c>undeploy</c></summary>
    Delete,

    /// <summary><c>rescue</c></summary>
    Rescue,

    /// <summary><c>unrescue</c></summary>
    Unrescue,

    /// <summary><c>service</c></summary>
    Service,

    /// <summary><c>abort</c></summary>
    Abort,

    /// <summary><c>unhold</c></summary>
    Unhold,
}

/// <summary>The words for verbs, as clients write them in the API.</summary>
public static class ProvisionVerbs
{
    private static readonly (string Word, ProvisionVerb Verb, ProvisionEvent Event)[] words =
    [
        ("manage", ProvisionVerb.Manage, ProvisionEvent.Manage),
        ("provide", ProvisionVerb.Provide, ProvisionEvent.Provide),
        ("inspect", ProvisionVerb.Inspect, ProvisionEvent.Inspect),
        ("clean", ProvisionVerb.Clean, ProvisionEvent.Clean),
        ("adopt", ProvisionVerb.Adopt, ProvisionEvent.Adopt),
        ("active", ProvisionVerb.Deploy, ProvisionEvent.Deploy),
        ("deploy", ProvisionVerb.Deploy, ProvisionEvent.Deploy),
        ("rebuild", ProvisionVerb.Rebuild, ProvisionEvent.Rebuild),
        ("deleted", ProvisionVerb.Delete, ProvisionEvent.Delete),
        ("undeploy", ProvisionVerb.Delete, ProvisionEvent.Delete),
        ("rescue", ProvisionVerb.Rescue, ProvisionEvent.Rescue),
        ("unrescue", ProvisionVerb.Unrescue, ProvisionEvent.Unrescue),
        ("service", ProvisionVerb.Service, ProvisionEvent.Service),
        ("abort", ProvisionVerb.Abort, ProvisionEvent.Abort),
        ("unhold", ProvisionVerb.Unhold, ProvisionEvent.Unhold),
    ];

    /// <summary>Every word that a client may write.</summary>
    public static IEnumerable<string> Words => words.Select(w => w.Word);

    /// <summary>Reads a client's word.</summary>
    public static bool TryParse(string? word, out ProvisionVerb verb)
    {
        var index = Array.FindIndex(words, w => w.Word == word);
        verb = index < 0 ? default : words[index].Verb;
        return index >= 0;
    }

    /// <summary>The verb as Ironic writes it, as in <c>active</c> and <c>deleted</c>.</summary>
    public static string ToApiString(this ProvisionVerb verb) => words.First(w => w.Verb == verb).Word;

    /// <summary>The event that the verb starts with.</summary>
    public static ProvisionEvent ToEvent(this ProvisionVerb verb) => words.First(w => w.Verb == verb).Event;
}
