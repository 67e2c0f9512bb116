namespace BootAppliance.Storage.Tests;

/// <summary>What opening does with files good and bad.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Library_IsTheEmbeddedOne()
    {
        directory.Open().Dispose();

        NativeSqlite.IsEmbedded.ShouldBeTrue();
        var mapped = File.ReadLines("/proc/self/maps").Where(line => line.Contains("libe_sqlite3", StringComparison.Ordinal)).ToList();
        mapped.ShouldNotBeEmpty();
        mapped.ShouldAllBe(line => line.Contains("/memfd:libe_sqlite3.so", StringComparison.Ordinal));
    }

    [Fact]
    public void File_IsMade_WithItsDirectory_ForOwnerAndGroup()
    {
        var path = Path.Combine(directory.Path, "new", "deep", "bootappliance.db");

        SqliteFile.Open(path).Dispose();

        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        ((int)File.GetUnixFileMode(Path.GetDirectoryName(path)!) & 7).ShouldBe(0);
    }

    [Fact]
    public void Connection_IsDurableAndExclusive()
    {
        using var connection = SqliteFile.Open(directory.Database);

        connection.Scalar<string>("PRAGMA journal_mode").ShouldBe("wal");
        connection.Scalar<string>("PRAGMA locking_mode").ShouldBe("exclusive");
        connection.Scalar<long>("PRAGMA synchronous").ShouldBe(2L);
        connection.Scalar<long>("PRAGMA application_id").ShouldBe(0x426F6F74L);
        connection.Scalar<long>("PRAGMA user_version").ShouldBe(3L);
    }

    [Fact]
    public void Open_TakesAFileOfVersion1ToThisOne_WithItsLeases()
    {
        directory.Sql("""
            CREATE TABLE leases (address TEXT PRIMARY KEY, hardware_type INTEGER NOT NULL, client BLOB NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('bound', 'quarantined')), expires INTEGER NOT NULL, host_name TEXT) STRICT, WITHOUT ROWID;
            CREATE TABLE nodes (uuid TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT;
            CREATE TABLE events (sequence INTEGER PRIMARY KEY, content TEXT NOT NULL) STRICT;
            CREATE TABLE discovered_machines (mac TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT;
            INSERT INTO leases VALUES ('192.0.2.100', 1, x'525400123456', 'bound', 18934560000000007, 'node1');
            PRAGMA application_id = 0x426F6F74;
            PRAGMA user_version = 1;
            """);

        using (var store = directory.Open())
            store.LoadLeases().ShouldHaveSingleItem().ToString().ShouldContain("192.0.2.100, Client = 52:54:00:12:34:56, State = Bound");

        directory.Sql("SELECT host_name, client_identifier FROM leases").ShouldBe([["node1", null]]);
        directory.Sql("PRAGMA user_version").ShouldBe([[3L]]);
    }

    [Fact]
    public void Open_Refuses_AFileThatAnotherHas()
    {
        using var first = directory.Open();
        Refusal().ShouldBe(
            $"The database {directory.Database} is locked: another process has it open, most likely another appliance. "
            + "Stop that one, or set Store:Path to a file of this one's own.");
    }

    [Fact]
    public void Open_Refuses_WhatIsNoDatabase()
    {
        File.WriteAllText(directory.Database, string.Concat(Enumerable.Repeat("This is a letter, not a database. ", 100)));
        RefusalThatKeepsTheFile().ShouldStartWith($"{directory.Database} is not a database. It was left as it is: move it away");
    }

    [Fact]
    public void Open_Refuses_ADamagedFile()
    {
        directory.Open().Dispose();
        directory.Sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO nodes SELECT 'node' || i, hex(randomblob(200)) FROM n");
        using (var file = File.OpenWrite(directory.Database))
        {
            file.Seek(file.Length / 2, SeekOrigin.Begin);
            file.Write(Enumerable.Repeat((byte)0xAA, 20_000).ToArray());
        }

        var refusal = RefusalThatKeepsTheFile();
        refusal.ShouldStartWith($"The database {directory.Database} is damaged (");
        refusal.ShouldEndWith("It was left as it is: restore a backup, or move it (with its -wal file) away to begin with an empty database.");
    }

    [Fact]
    public void Open_Refuses_ATruncatedFile()
    {
        directory.Open().Dispose();
        using (var file = File.OpenWrite(directory.Database)) file.SetLength(file.Length - 4096);
        RefusalThatKeepsTheFile().ShouldContain("is damaged");
    }

    [Fact]
    public void Open_Refuses_TheFileOfANewerVersion()
    {
        directory.Open().Dispose();
        directory.Sql("PRAGMA user_version = 7");
        RefusalThatKeepsTheFile().ShouldBe(
            $"The database {directory.Database} was written by a newer version of the appliance (schema 7, this one knows 3). "
            + "It was left as it is: start the newer version, or restore the backup from before the upgrade.");
    }

    [Fact]
    public void Open_Refuses_TheFileOfAnotherProgram()
    {
        File.WriteAllBytes(directory.Database, []);
        directory.Sql("CREATE TABLE bookmarks (url TEXT)");
        RefusalThatKeepsTheFile().ShouldStartWith($"The database {directory.Database} belongs to another program. It was left as it is");
    }

    [Fact]
    public void Open_Refuses_ADirectory()
    {
        Directory.CreateDirectory(directory.Database);
        Refusal().ShouldContain($"The database {directory.Database} cannot be");
    }

    [Fact]
    public void Open_Refuses_APathBelowAFile()
    {
        var file = Path.Combine(directory.Path, "file");
        File.WriteAllText(file, "");
        Should.Throw<StoreException>(() => SqliteFile.Open(Path.Combine(file, "db"))).Message.ShouldContain("cannot be created");
    }

    [Fact]
    public void Open_Refuses_AReadOnlyDisk()
    {
        using var disk = SmallDisk.Mount(directory.Path);
        directory.Open().Dispose();
        disk.MakeReadOnly();

        RefusalThatKeepsTheFile().ShouldStartWith($"The database {directory.Database} cannot be opened for writing");
    }

    [Fact]
    public void Load_Refuses_ARowThatIsNoNode()
    {
        directory.Open().Dispose();
        directory.Sql("INSERT INTO nodes VALUES ('x', '{\"provision_state\": \"nosuch\"}')");
        using var store = directory.Open();

        var refused = Should.Throw<StoreException>(() => store.LoadNodes());

        refused.Message.ShouldStartWith($"The database {directory.Database} is damaged (\"nosuch\" is no provision state");
    }

    private string Refusal() => Should.Throw<StoreException>(() => directory.Open().Dispose()).Message;

    private string RefusalThatKeepsTheFile()
    {
        var before = File.ReadAllBytes(directory.Database);
        var refusal = Refusal();
        File.ReadAllBytes(directory.Database).AsSpan().SequenceEqual(before).ShouldBeTrue("the file was changed");
        return refusal;
    }
}
