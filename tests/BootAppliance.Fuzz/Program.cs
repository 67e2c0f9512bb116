using BootAppliance.Fuzz;

const string Usage = "usage: BootAppliance.Fuzz [--seconds N] [--target NAME] [--number N] [--folder PATH] [--replay FILE]";

for (var i = 0; i < args.Length; i += 2)
{
    if (args[i] is "--seconds" or "--target" or "--number" or "--folder" or "--replay" && i + 1 < args.Length) continue;
    Console.Error.WriteLine(Usage);
    return 2;
}

var targets = FuzzTarget.All.Where(target => Value("--target") is not { } name || target.Name == name).ToList();
if (targets.Count == 0)
{
    Console.Error.WriteLine($"There is no such target; there are: {string.Join(", ", FuzzTarget.All.Select(target => target.Name))}");
    return 2;
}

var folder = Path.GetFullPath(Value("--folder") ?? "TestResults/fuzz");
if (Value("--replay") is { } file)
{
    // The name of the file begins with that of the target.
    var name = Path.GetFileName(file)[..Path.GetFileName(file).LastIndexOf('-')];
    var failure = new FuzzRun(FuzzTarget.All.Single(target => target.Name == name), 0, folder).Try(File.ReadAllBytes(file));
    Console.WriteLine(failure?.ToString() ?? $"{name} stands {file}");
    return failure is null ? 0 : 1;
}

var number = int.Parse(Value("--number") ?? $"{Random.Shared.Next()}");
var duration = TimeSpan.FromSeconds(double.Parse(Value("--seconds") ?? "60") / targets.Count);
var found = false;
foreach (var target in targets)
{
    var run = new FuzzRun(target, number, folder);
    var finding = run.Run(duration);
    Console.WriteLine($"{target.Name}: {run.Count} inputs of number {number}: {(finding is null ? "nothing found" : finding.Failure.ToString())}");
    if (finding is null) continue;
    found = true;
    Console.WriteLine($"  the input is in {finding.File}; again with: make fuzz REPLAY={finding.File}");
}

return found ? 1 : 0;

string? Value(string option) => Array.IndexOf(args, option) is >= 0 and var at ? args[at + 1] : null;
