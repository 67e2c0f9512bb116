using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace BootAppliance.Storage.Tests;

/// <summary>A directory for one test, with the database that it is about.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("bootappliance-test-").FullName;

    public string Database => System.IO.Path.Combine(Path, "bootappliance.db");

    public SqliteStore Open() => new(Database, NullLogger<SqliteStore>.Instance);

    /// <summary>Runs SQL of the test's own against the file, which the store must have closed.</summary>
    public List<object?[]> Sql(string sql)
    {
        NativeSqlite.Initialize();
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        return connection.Read(sql, row => Enumerable.Range(0, row.FieldCount).Select(i => row.IsDBNull(i) ? null : row.GetValue(i)).ToArray());
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
