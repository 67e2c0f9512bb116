using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace BootAppliance.Fuzz;

/// <summary>An input that a target could not stand.</summary>
/// <param name="Target">The target.</param>
/// <param name="File">Where the input is.</param>
/// <param name="Failure">What happened.</param>
public sealed record Finding(string Target, string File, Exception Failure);

/// <summary>Gives one target inputs until the time is over or one of them is too much for it.</summary>
/// <param name="target">The target.</param>
/// <param name="number">The number that decides all inputs.</param>
/// <param name="folder">Where an input is kept that was too much.</param>
public sealed class FuzzRun(FuzzTarget target, int number, string folder)
{
    private static readonly TimeSpan LongestInput = TimeSpan.FromSeconds(2);

    /// <summary>How many inputs there were.</summary>
    public long Count { get; private set; }

    /// <summary>The first finding, or null when there is none within the time.</summary>
    public Finding? Run(TimeSpan duration)
    {
        var mutator = new Mutator(number, target.Seeds);
        return WhileItRuns(() =>
        {
            var began = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(began) < duration)
            {
                var input = mutator.Next();
                Count++;
                if (Give(input) is { } failure) return new Finding(target.Name, Keep(input), failure);
            }

            return null;
        });
    }

    /// <summary>What one input does to the target; null when nothing is wrong.</summary>
    public Exception? Try(byte[] input) => WhileItRuns(() => Give(input));

    private T WhileItRuns<T>(Func<T> give)
    {
        target.Begin();
        try
        {
            return give();
        }
        finally
        {
            target.End();
        }
    }

    /// <summary>An input that takes seconds is a finding too.</summary>
    private Exception? Give(byte[] input)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            target.Run(input);
        }
        catch (Exception exception)
        {
            return exception;
        }

        var took = Stopwatch.GetElapsedTime(began);
        return took < LongestInput ? null : new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"took {took.TotalSeconds:0.0} s"));
    }

    private string Keep(byte[] input)
    {
        var path = Path.Combine(Directory.CreateDirectory(folder).FullName, $"{target.Name}-{Convert.ToHexStringLower(SHA256.HashData(input))[..12]}.bin");
        File.WriteAllBytes(path, input);
        return path;
    }
}
