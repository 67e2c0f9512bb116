using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BootAppliance.Storage;

/// <summary>Opens the database file for this process alone, or says what is wrong with it. A file that is refused is not written to.</summary>
internal static class SqliteFile
{
    private const UnixFileMode FileMode640 = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    private const UnixFileMode DirectoryMode750 = FileMode640 | UnixFileMode.UserExecute | UnixFileMode.GroupExecute;

    public static SqliteConnection Open(string path)
    {
        NativeSqlite.Initialize();
        CreateIfMissing(path);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = 1,
        }.ToString());
        try
        {
            connection.Open();
            Prepare(connection, path);
            return connection;
        }
        catch (SqliteException exception)
        {
            connection.Dispose();
            throw SqliteFailure.OnOpening(path, exception);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Prepare(SqliteConnection connection, string path)
    {
        // Closing would otherwise write the log into the file, also into one that is refused.
        raw.sqlite3_db_config(connection.Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
        if (raw.sqlite3_db_readonly(connection.Handle, "main") == 1) throw SqliteFailure.ReadOnly(path, "it can only be read");
        connection.Execute("PRAGMA locking_mode = EXCLUSIVE");

        var version = connection.Scalar<long>("PRAGMA user_version");
        var isEmpty = connection.Scalar<long>("SELECT count(*) FROM sqlite_schema") == 0;
        if (!isEmpty && connection.Scalar<long>("PRAGMA application_id") != SqliteSchema.ApplicationId)
            throw new StoreException($"The database {path} belongs to another program. It was left as it is: set Store:Path to a file of the appliance's own.");
        if (version > SqliteSchema.Version)
        {
            throw new StoreException($"The database {path} was written by a newer version of the appliance (schema {version}, this one knows {SqliteSchema.Version}). "
                + "It was left as it is: start the newer version, or restore the backup from before the upgrade.");
        }

        var check = connection.Scalar<string>("PRAGMA quick_check(1)");
        if (check != "ok") throw SqliteFailure.Damaged(path, check);

        connection.Execute("PRAGMA journal_mode = WAL");
        connection.Execute("PRAGMA synchronous = FULL");
        SqliteSchema.Migrate(connection, version);
        raw.sqlite3_db_config(connection.Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, out _);
    }

    private static void CreateIfMissing(string path)
    {
        if (File.Exists(path)) return;
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory) Directory.CreateDirectory(directory, DirectoryMode750);
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = FileMode640 });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                $"The database {path} cannot be created: {exception.Message} Create its directory for the appliance's user, or set Store:Path to another place.",
                exception);
        }
    }
}
