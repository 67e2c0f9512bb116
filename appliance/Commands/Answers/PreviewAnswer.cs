namespace BootAppliance.Commands.Answers;

internal sealed record PreviewAnswer(string? Mac, string? Node, string? State, IReadOnlyList<PreviewStageAnswer> Stages);

internal sealed record PreviewStageAnswer(string Stage, string Offer, string? Why, string? Content);
