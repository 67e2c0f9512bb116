using Microsoft.Data.Sqlite;

namespace BootAppliance.Storage;

/// <summary>The tables, as the list of steps that lead to them; a file's <c>user_version</c> says how many of the steps it has.</summary>
internal static class SqliteSchema
{
    /// <summary>Marks a file as ours (<c>application_id</c>): "Boot" in ASCII.</summary>
    public const long ApplicationId = 0x426F6F74;

    // A step that was released is never changed; the next change is the next step.
    private static readonly string[] steps =
    [
        """
        CREATE TABLE leases (
            address       TEXT PRIMARY KEY,  -- dotted decimal: an address has one holder
            hardware_type INTEGER NOT NULL,
            client        BLOB NOT NULL,     -- the hardware address
            state         TEXT NOT NULL CHECK (state IN ('bound', 'quarantined')),
            expires       INTEGER NOT NULL,  -- units of 100 ns since 1970-01-01 UTC
            host_name     TEXT
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE nodes (
            uuid    TEXT PRIMARY KEY,
            content TEXT NOT NULL            -- JSON, with the ports
        ) STRICT;

        CREATE TABLE events (
            sequence INTEGER PRIMARY KEY,
            content  TEXT NOT NULL           -- JSON
        ) STRICT;

        CREATE TABLE discovered_machines (
            mac     TEXT PRIMARY KEY,
            content TEXT NOT NULL            -- JSON
        ) STRICT;
        """,

        // DHCP option 61, where the client is known by it; NULL: it is known by its hardware address.
        "ALTER TABLE leases ADD COLUMN client_identifier BLOB;",

        """
        CREATE TABLE resources (
            kind    TEXT NOT NULL,           -- as in Chassis
            uuid    TEXT NOT NULL,
            content TEXT NOT NULL,           -- JSON
            PRIMARY KEY (kind, uuid)
        ) STRICT, WITHOUT ROWID;

        -- What an inspection found, which is too much to have all of it in memory.
        CREATE TABLE inventories (
            node    TEXT PRIMARY KEY,        -- its UUID
            content TEXT NOT NULL            -- JSON
        ) STRICT;
        """,
    ];

    /// <summary>How many steps this program knows.</summary>
    public static long Version => steps.Length;

    /// <summary>Takes the file from the version that it has to this program's, or leaves it as it was.</summary>
    public static void Migrate(SqliteConnection connection, long fileVersion)
    {
        if (fileVersion == Version) return;
        using var transaction = connection.BeginTransaction();
        foreach (var step in steps[(int)fileVersion..]) connection.Execute(step);
        connection.Execute($"PRAGMA application_id = {ApplicationId}");
        connection.Execute($"PRAGMA user_version = {Version}");
        transaction.Commit();
    }
}
