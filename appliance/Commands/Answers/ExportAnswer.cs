namespace BootAppliance.Commands.Answers;

internal sealed record ExportAnswer(string Text, IReadOnlyList<string> Warnings);
