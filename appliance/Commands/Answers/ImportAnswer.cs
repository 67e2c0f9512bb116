namespace BootAppliance.Commands.Answers;

internal sealed record ImportAnswer(string Name, string State, long Bytes, long? Length, string? Problem, string? Sha256, ImageAnswer? Image);
