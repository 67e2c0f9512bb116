namespace BootAppliance.Commands.Answers;

internal sealed record EventsAnswer(IReadOnlyList<EventAnswer> Events);

internal sealed record EventAnswer
{
    public long Sequence { get; init; }

    public DateTimeOffset Time { get; init; }

    public string Kind { get; init; } = "";

    public string? Mac { get; init; }

    public string? Node { get; init; }

    public string Text { get; init; } = "";
}
