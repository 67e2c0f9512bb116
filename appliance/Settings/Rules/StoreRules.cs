namespace BootAppliance.Settings.Rules;

internal static class StoreRules
{
    public static void Apply(SettingsCheck check)
    {
        var store = check.Settings.Store;
        check.Refuse(
            store.Provider == StoreProvider.Sqlite && store.Path.Length == 0,
            "Store:Path",
            "Store:Provider Sqlite needs the path of its file, such as /var/lib/bootappliance/bootappliance.db",
            "Store:Provider");
        check.Refuse(
            store.Provider == StoreProvider.PostgreSql && store.ConnectionString.IsEmpty,
            "Store:ConnectionString",
            "Store:Provider PostgreSql needs it, such as Host=db.example;Database=bootappliance;Username=bootappliance",
            "Store:Provider");
        check.Refuse(
            store.Provider == StoreProvider.Sqlite && !store.ConnectionString.IsEmpty,
            "Store:ConnectionString",
            "is for Store:Provider PostgreSql, and the provider is Sqlite, which has only Store:Path",
            "Store:Provider");
    }
}
