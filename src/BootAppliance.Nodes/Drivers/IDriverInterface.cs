using System.Collections.Immutable;

namespace BootAppliance.Nodes;

/// <summary>What every interface of a driver has, whatever kinds of work it does; one class may do several kinds.</summary>
public interface IDriverInterface
{
    /// <summary>The name by which nodes choose it.</summary>
    string Name { get; }

    /// <summary>The kinds of work that it does.</summary>
    IReadOnlyList<InterfaceKind> Kinds { get; }

    /// <summary>The fields of <c>driver_info</c> that it reads, each with a sentence for the operator.</summary>
    IReadOnlyDictionary<string, string> Properties => ImmutableDictionary<string, string>.Empty;

    /// <summary>The steps that it offers for cleaning, deploying and servicing.</summary>
    IReadOnlyList<DriverStep> Steps => [];

    /// <summary>Refuses a node that lacks what this interface needs, with a <see cref="NodeException"/> that says what; asks no machine.</summary>
    void Validate(Node node);
}

/// <summary>How a piece of work on a node ended.</summary>
public enum WorkOutcome
{
    /// <summary>It is complete.</summary>
    Done,

    /// <summary>The next move is the machine's: it was told what to boot and is expected to report.</summary>
    Waits,
}

/// <summary>
/// Something that a machine or its management controller did not do; the message tells the operator what happened, to which machine, and what to do next.
/// </summary>
public sealed class DriverException(string message, Exception? inner = null) : Exception(message, inner);
