namespace BootAppliance.Commands;

/// <summary>How a thing that was looked at is.</summary>
public enum Health
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>It works, but look at it.</summary>
    Doubtful,

    /// <summary>Machines will not boot like this.</summary>
    Bad,
}

/// <summary>One thing that the doctor looked at.</summary>
/// <param name="Check">What.</param>
/// <param name="Health">How it is.</param>
/// <param name="Text">What was seen, and what to do about it.</param>
public sealed record DoctorFinding(string Check, Health Health, string Text);
