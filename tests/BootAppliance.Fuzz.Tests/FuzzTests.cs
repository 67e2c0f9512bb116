namespace BootAppliance.Fuzz.Tests;

public sealed class FuzzTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fuzz-");

    public static TheoryData<string> Targets => [.. FuzzTarget.All.Select(target => target.Name)];

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>Short, and always with the same inputs first; <c>make fuzz</c> runs longer, with others.</summary>
    [Theory]
    [MemberData(nameof(Targets))]
    public void Target_StandsWhateverComes(string name)
    {
        var run = new FuzzRun(FuzzTarget.All.Single(target => target.Name == name), 20_300_101, folder.FullName);
        var finding = run.Run(TimeSpan.FromSeconds(3));
        Assert.True(finding is null, $"{Convert.ToHexString(finding is null ? [] : File.ReadAllBytes(finding.File))}: {finding?.Failure}");
        run.Count.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void Finding_IsKept_AndCanBeReplayed()
    {
        var run = new FuzzRun(new Fragile(), 1, folder.FullName);
        var finding = run.Run(TimeSpan.FromSeconds(30)).ShouldNotBeNull();
        finding.Failure.Message.ShouldBe("a byte of 255");
        run.Try(File.ReadAllBytes(finding.File)).ShouldNotBeNull().Message.ShouldBe("a byte of 255");
        Path.GetFileName(finding.File).ShouldStartWith("fragile-");
    }

    [Fact]
    public void SameNumber_GivesTheSameInputs()
    {
        var (one, other, different) = (new Mutator(1, new Fragile().Seeds), new Mutator(1, new Fragile().Seeds), new Mutator(2, new Fragile().Seeds));
        var inputs = Enumerable.Range(0, 100).Select(_ => Convert.ToHexString(one.Next())).ToList();
        Enumerable.Range(0, 100).Select(_ => Convert.ToHexString(other.Next())).ShouldBe(inputs);
        Enumerable.Range(0, 100).Select(_ => Convert.ToHexString(different.Next())).ShouldNotBe(inputs);
    }

    private sealed class Fragile : FuzzTarget
    {
        public override string Name => "fragile";

        public override IReadOnlyList<byte[]> Seeds { get; } = [[1, 2, 3]];

        public override void Run(byte[] input) => Require(!input.Contains(byte.MaxValue), "a byte of 255");
    }
}
