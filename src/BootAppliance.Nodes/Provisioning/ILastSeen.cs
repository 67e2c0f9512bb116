namespace BootAppliance.Nodes;

/// <summary>Says what was seen of a machine last, for the error of a node that it let wait.</summary>
public interface ILastSeen
{
    /// <summary>What was seen of the node's machine since a moment, as a sentence without its full stop, and what that tells its operator; null: nothing.</summary>
    string? LastSeen(Node node, DateTimeOffset since);
}
