namespace BootAppliance.Fuzz;

/// <summary>Code that reads what strangers send. Each class that derives from this is fuzzed; it needs a constructor without parameters.</summary>
public abstract class FuzzTarget
{
    /// <summary>How <c>make fuzz TARGET=</c> calls it.</summary>
    public abstract string Name { get; }

    /// <summary>Well-formed inputs, from which others are made.</summary>
    public abstract IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>All targets there are.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        .. typeof(FuzzTarget).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(FuzzTarget)))
            .Select(type => (FuzzTarget)Activator.CreateInstance(type)!).OrderBy(target => target.Name, StringComparer.Ordinal),
    ];

    /// <summary>Starts what has to run while inputs are given, if anything has.</summary>
    public virtual void Begin() { }

    /// <summary>Ends what <see cref="Begin"/> started.</summary>
    public virtual void End() { }

    /// <summary>Gives the code one input. Whatever it throws is a finding; <see cref="Require"/> throws too.</summary>
    public abstract void Run(byte[] input);

    /// <summary>Something that must hold for every input.</summary>
    protected static void Require(bool holds, string what)
    {
        if (!holds) throw new InvalidOperationException(what);
    }

    /// <summary>The packets of real clients that the tests of a protocol keep: lines of hexadecimal digits under comments.</summary>
    protected static IReadOnlyList<byte[]> Captures(string protocol) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Captures", protocol), "*.hex").Order(StringComparer.Ordinal)
            .Select(path => Convert.FromHexString(string.Concat(File.ReadLines(path).Where(line => !line.StartsWith('#')).SelectMany(line => line.Where(c => !char.IsWhiteSpace(c)))))),
    ];
}
