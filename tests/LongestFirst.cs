using BootAppliance.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace BootAppliance.Tests;

/// <summary>Begins with the classes whose tests take minutes, so that none of them is left to run alone when all others are done.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] longest =
        ["CliTests", "BootTests", "ProxyBootTests", "PathTests", "ExportTests", "SwiftBootTests", "ImageWaitTests", "BaremetalClientTests", "CrashTests"];

    // xunit gives them all to the thread pool at once, and a thread of that takes first what it was given last.
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderByDescending(Place)];

    // The name is "Test collection for BootAppliance.Tests.BootTests (id: ...)".
    private static int Place<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection
    {
        var place = Array.FindIndex(longest, name => collection.TestCollectionDisplayName.Contains($".{name} ", StringComparison.Ordinal));
        return place < 0 ? longest.Length : place;
    }
}
