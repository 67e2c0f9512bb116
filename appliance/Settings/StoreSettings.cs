namespace BootAppliance.Settings;

public enum StoreProvider
{
    Sqlite,
    PostgreSql,
}

public sealed record StoreSettings
{
    public StoreProvider Provider { get; init; } = StoreProvider.Sqlite;

    public string Path { get; init; } = "/var/lib/bootappliance/bootappliance.db";

    public Secret ConnectionString { get; init; }
}
