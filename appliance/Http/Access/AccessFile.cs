using BootAppliance.Hosting;

namespace BootAppliance.Http.Access;

/// <summary>Something to look at about a setting, which does not keep the appliance from running.</summary>
internal readonly record struct AccessWarning(string Key, string Message);

/// <summary>What was read from the files that say who may come in.</summary>
internal interface IAccessFile
{
    /// <summary>What it is, in a few words and without anything secret.</summary>
    string Summary { get; }

    IReadOnlyList<AccessWarning> Warnings { get; }
}

/// <summary>Why such a file cannot be used; the message says nothing secret and what to do.</summary>
internal sealed class AccessFileException(string key, string message) : Exception(message)
{
    /// <summary>The setting that names the file.</summary>
    public string Key { get; } = key;

    public StartupException AtStart() => new($"{Key}: {Message}", this);
}
