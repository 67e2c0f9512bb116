using System.Text;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BootAppliance.Storage;

/// <summary>The statement behind every DHCPACK, bound without an allocation; the others are too rare to need that.</summary>
internal sealed class LeaseStatement : IDisposable
{
    private const string Sql = "INSERT OR REPLACE INTO leases (address, hardware_type, client, state, expires, host_name, client_identifier) VALUES (?, ?, ?, ?, ?, ?, ?)";
    private const int LongestAddress = 64;

    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    public LeaseStatement(SqliteConnection connection)
    {
        database = connection.Handle!;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v3(database, Sql, raw.SQLITE_PREPARE_PERSISTENT, out statement), database);
    }

    public void Execute(Lease lease)
    {
        Span<byte> address = stackalloc byte[LongestAddress];
        lease.Address.TryFormat(address, out var addressLength);
        Span<byte> client = stackalloc byte[HardwareAddress.MaximumLength];
        lease.Client.WriteTo(client);

        Check(raw.sqlite3_bind_text(statement, 1, address[..addressLength]));
        Check(raw.sqlite3_bind_int64(statement, 2, lease.Client.Type));
        Check(raw.sqlite3_bind_blob(statement, 3, client[..lease.Client.Length]));
        Check(raw.sqlite3_bind_text(statement, 4, lease.State == LeaseState.Bound ? "bound"u8 : "quarantined"u8));
        Check(raw.sqlite3_bind_int64(statement, 5, (lease.Expires - DateTimeOffset.UnixEpoch).Ticks));
        if (lease.HostName is { } name) Check(raw.sqlite3_bind_text(statement, 6, Encoding.UTF8.GetBytes(name)));
        else Check(raw.sqlite3_bind_null(statement, 6));
        if (lease.ClientIdentifier is { } identifier) Check(raw.sqlite3_bind_blob(statement, 7, identifier.Value));
        else Check(raw.sqlite3_bind_null(statement, 7));

        // Reset gives the error of the step once more.
        raw.sqlite3_step(statement);
        Check(raw.sqlite3_reset(statement));
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, database);

    public void Dispose() => statement.Dispose();
}
