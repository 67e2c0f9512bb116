namespace BootAppliance.Nodes.Tests;

/// <summary>Judges as a test says; otherwise every node can boot.</summary>
internal sealed class ScriptedJudge(Func<Node, BootPurpose, BootProblem?>? judge = null) : IBootJudge, IInstanceImages
{
    /// <summary>Finds these fields missing in every node.</summary>
    public static ScriptedJudge Missing(params string[] fields) => new((_, _) => new BootProblem("not to be read", [.. fields]));

    public BootProblem? FindProblem(Node node, BootPurpose purpose) => judge?.Invoke(node, purpose);

    /// <summary>Why the images of an instance cannot be had; null: they can.</summary>
    public string? ImageProblem { get; init; }

    /// <summary>What fetching the images of a node takes; null: nothing.</summary>
    public Func<Node, Task<string?>>? Fetching { get; init; }

    public Task<string?> KeepAsync(Node node, CancellationToken cancellation) => Fetching?.Invoke(node) ?? Task.FromResult(ImageProblem);
}
