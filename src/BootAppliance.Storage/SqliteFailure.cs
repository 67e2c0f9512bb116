using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BootAppliance.Storage;

/// <summary>What SQLite's result codes mean for the operator (https://sqlite.org/rescode.html).</summary>
internal static class SqliteFailure
{
    /// <summary>Why the file cannot be used at all.</summary>
    public static StoreException OnOpening(string path, SqliteException exception) => exception.SqliteErrorCode switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new StoreException(
            $"The database {path} is locked: another process has it open, most likely another appliance. Stop that one, or set Store:Path to a file of this one's own.",
            exception),
        raw.SQLITE_NOTADB => new StoreException(
            $"{path} is not a database. It was left as it is: move it away to begin with an empty database, or set Store:Path to the right file.", exception),
        raw.SQLITE_CORRUPT => Damaged(path, exception.Message, exception),
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN => ReadOnly(path, exception.Message, exception),
        raw.SQLITE_FULL => new StoreException(
            $"The database {path} cannot be opened, because its disk is full ({FreeSpace(path)}). Free some space and start again.", exception),
        _ => new StoreException($"The database {path} cannot be opened: {exception.Message}", exception),
    };

    /// <summary>The file, or what is in it, is not what was once written.</summary>
    public static StoreException Damaged(string path, string detail, Exception? exception = null) => new(
        $"The database {path} is damaged ({detail}). It was left as it is: restore a backup, or move it (with its -wal file) away to begin with an empty database.",
        exception);

    /// <summary>The file is there, and cannot be written.</summary>
    public static StoreException ReadOnly(string path, string detail, Exception? exception = null) => new(
        $"The database {path} cannot be opened for writing ({detail}). Check the owner and mode of the file and of its directory, and that the disk is not mounted read-only.",
        exception);

    /// <summary>Why a write did not happen.</summary>
    public static StoreUnavailableException OnWriting(string path, Exception exception) => new((exception as SqliteException)?.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => $"The database {path} cannot grow ({FreeSpace(path)}). Nothing was changed. Free some space; the appliance then goes on by itself.",
        raw.SQLITE_IOERR => $"The disk failed while the database {path} was written ({exception.Message}). Nothing was changed. Check the disk and the kernel's log.",
        raw.SQLITE_READONLY => $"The database {path} became read-only. Nothing was changed. Check whether its disk was mounted read-only after an error.",
        _ => $"The database {path} refused a write: {exception.Message} Nothing was changed.",
    }, exception);

    /// <summary>Whether the reason is the file or its disk, so that every other write would fail too.</summary>
    public static bool ConcernsEveryWrite(Exception exception) => exception is SqliteException
    {
        SqliteErrorCode: raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_READONLY or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_BUSY,
    };

    private static string FreeSpace(string path)
    {
        try
        {
            return $"{new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(path))!).AvailableFreeSpace} bytes are free on its disk";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "the free space on its disk is not known";
        }
    }
}
