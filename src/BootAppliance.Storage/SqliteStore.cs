using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace BootAppliance.Storage;

/// <summary>Leases, nodes, events and discovered machines in one SQLite file, which this process has for itself. What is acknowledged survives a power cut.</summary>
public sealed class SqliteStore : ILeaseStore, INodeStore, IEventStore, IDiscoveryStore, IResourceStore, IInventoryStore, IDisposable
{
    private readonly SqliteConnection connection;
    private readonly Lock connectionGate = new();
    private readonly WriteQueue queue;
    private readonly List<SqliteStatement> statements = [];
    private readonly LeaseStatement saveLease;
    private readonly ConcurrentQueue<LeaseWrite> unusedLeaseWrites = new();
    private readonly SqliteStatement removeLease;
    private readonly SqliteStatement saveNode;
    private readonly SqliteStatement removeNode;
    private readonly SqliteStatement saveEvent;
    private readonly SqliteStatement removeEvent;
    private readonly SqliteStatement saveMachine;
    private readonly SqliteStatement removeMachine;
    private readonly SqliteStatement saveResource;
    private readonly SqliteStatement removeResource;
    private readonly SqliteStatement saveInventory;
    private readonly SqliteStatement removeInventory;

    /// <summary>Opens the file, or makes it; throws <see cref="StoreException"/> when it cannot be used.</summary>
    public SqliteStore(string path, ILogger<SqliteStore> logger)
    {
        Path = path;
        connection = SqliteFile.Open(path);
        saveLease = new LeaseStatement(connection);
        removeLease = Statement("DELETE FROM leases WHERE address = $address", "$address");
        saveNode = Statement("INSERT OR REPLACE INTO nodes VALUES ($uuid, $content)", "$uuid", "$content");
        removeNode = Statement("DELETE FROM nodes WHERE uuid = $uuid", "$uuid");
        saveEvent = Statement("INSERT OR REPLACE INTO events VALUES ($sequence, $content)", "$sequence", "$content");
        removeEvent = Statement("DELETE FROM events WHERE sequence = $sequence", "$sequence");
        saveMachine = Statement("INSERT OR REPLACE INTO discovered_machines VALUES ($mac, $content)", "$mac", "$content");
        removeMachine = Statement("DELETE FROM discovered_machines WHERE mac = $mac", "$mac");
        saveResource = Statement("INSERT OR REPLACE INTO resources VALUES ($kind, $uuid, $content)", "$kind", "$uuid", "$content");
        removeResource = Statement("DELETE FROM resources WHERE kind = $kind AND uuid = $uuid", "$kind", "$uuid");
        saveInventory = Statement("INSERT OR REPLACE INTO inventories VALUES ($node, $content)", "$node", "$content");
        removeInventory = Statement("DELETE FROM inventories WHERE node = $node", "$node");
        queue = new WriteQueue(connection, connectionGate, path, logger);
        logger.Opened(path);
    }

    /// <summary>The database file.</summary>
    public string Path { get; }

    /// <summary>How many transactions were committed since the start.</summary>
    public long Commits => queue.Commits;

    /// <summary>How many writes failed since the start.</summary>
    public long Failures => queue.Failures;

    /// <inheritdoc/>
    public IReadOnlyList<Lease> LoadLeases() => Load("SELECT address, hardware_type, client, state, expires, host_name, client_identifier FROM leases", row => new Lease(
        IPAddress.Parse(row.GetString(0)),
        new HardwareAddress(row.GetByte(1), row.GetFieldValue<byte[]>(2)),
        row.GetString(3) == "bound" ? LeaseState.Bound : LeaseState.Quarantined,
        DateTimeOffset.UnixEpoch.AddTicks(row.GetInt64(4)),
        row.IsDBNull(5) ? null : row.GetString(5),
        row.IsDBNull(6) ? null : new ClientIdentifier(row.GetFieldValue<byte[]>(6))));

    /// <inheritdoc/>
    public ValueTask SaveLeaseAsync(Lease lease)
    {
        if (!unusedLeaseWrites.TryDequeue(out var write)) write = new LeaseWrite(saveLease.Execute, unusedLeaseWrites);
        var end = write.Begin(lease);
        queue.Enqueue(write);
        return end;
    }

    /// <inheritdoc/>
    public Task RemoveLeaseAsync(IPAddress address) => queue.EnqueueAsync(() => removeLease.Execute(address.ToString()));

    /// <inheritdoc/>
    public IReadOnlyList<Node> LoadNodes() => Load("SELECT content FROM nodes", row => NodeJson.ReadNode(row.GetString(0)));

    /// <inheritdoc/>
    public Task SaveNodeAsync(Node node, MachineEvent change)
    {
        var (content, told) = (NodeJson.Write(node), NodeJson.Write(change));
        return queue.EnqueueAsync(() =>
        {
            saveNode.Execute(node.Uuid.ToString(), content);
            saveEvent.Execute(change.Sequence, told);
        });
    }

    /// <inheritdoc/>
    public Task SaveNodesAsync(Node one, MachineEvent changeOfOne, Node other, MachineEvent changeOfOther)
    {
        (string Node, string Event)[] contents = [(NodeJson.Write(one), NodeJson.Write(changeOfOne)), (NodeJson.Write(other), NodeJson.Write(changeOfOther))];
        return queue.EnqueueAsync(() =>
        {
            saveNode.Execute(one.Uuid.ToString(), contents[0].Node);
            saveEvent.Execute(changeOfOne.Sequence, contents[0].Event);
            saveNode.Execute(other.Uuid.ToString(), contents[1].Node);
            saveEvent.Execute(changeOfOther.Sequence, contents[1].Event);
        });
    }

    /// <inheritdoc/>
    public Task RemoveNodeAsync(Guid uuid, MachineEvent change)
    {
        var told = NodeJson.Write(change);
        return queue.EnqueueAsync(() =>
        {
            removeNode.Execute(uuid.ToString());
            removeInventory.Execute(uuid.ToString());
            saveEvent.Execute(change.Sequence, told);
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<MachineEvent> LoadEvents() => Load("SELECT content FROM events ORDER BY sequence", row => NodeJson.ReadEvent(row.GetString(0)));

    /// <inheritdoc/>
    public Task SaveEventsAsync(IReadOnlyList<MachineEvent> added, IReadOnlyList<long> removedSequences)
    {
        var contents = added.Select(e => (e.Sequence, Content: NodeJson.Write(e))).ToArray();
        return queue.EnqueueAsync(() =>
        {
            foreach (var (sequence, content) in contents) saveEvent.Execute(sequence, content);
            foreach (var sequence in removedSequences) removeEvent.Execute(sequence);
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<DiscoveredMachine> LoadDiscoveredMachines() =>
        Load("SELECT content FROM discovered_machines", row => NodeJson.ReadDiscoveredMachine(row.GetString(0)));

    /// <inheritdoc/>
    public Task SaveDiscoveredMachineAsync(DiscoveredMachine machine)
    {
        var content = NodeJson.Write(machine);
        return queue.EnqueueAsync(() => saveMachine.Execute(machine.Macs[0].ToString(), content));
    }

    /// <inheritdoc/>
    public Task RemoveDiscoveredMachineAsync(MacAddress key) => queue.EnqueueAsync(() => removeMachine.Execute(key.ToString()));

    /// <inheritdoc/>
    public IReadOnlyList<T> LoadResources<T>()
        where T : Resource => Load($"SELECT content FROM resources WHERE kind = '{typeof(T).Name}'", row => NodeJson.ReadResource<T>(row.GetString(0)));

    /// <inheritdoc/>
    public Task SaveResourceAsync<T>(T resource)
        where T : Resource
    {
        var content = NodeJson.Write(resource);
        return queue.EnqueueAsync(() => saveResource.Execute(typeof(T).Name, resource.Uuid.ToString(), content));
    }

    /// <inheritdoc/>
    public Task RemoveResourceAsync<T>(Guid uuid)
        where T : Resource => queue.EnqueueAsync(() => removeResource.Execute(typeof(T).Name, uuid.ToString()));

    /// <inheritdoc/>
    public string? LoadInventory(Guid node) => Load($"SELECT content FROM inventories WHERE node = '{node}'", row => row.GetString(0)).SingleOrDefault();

    /// <inheritdoc/>
    public Task SaveInventoryAsync(Guid node, string inventory) => queue.EnqueueAsync(() => saveInventory.Execute(node.ToString(), inventory));

    /// <summary>Writes what waits to be written and closes the file.</summary>
    public void Dispose()
    {
        queue.Dispose();
        saveLease.Dispose();
        statements.ForEach(s => s.Dispose());
        connection.Dispose();
    }

    private List<T> Load<T>(string sql, Func<SqliteDataReader, T> row)
    {
        try
        {
            lock (connectionGate) return connection.Read(sql, row);
        }
        catch (Exception exception) when (exception is SqliteException or FormatException or JsonException or InvalidCastException)
        {
            throw SqliteFailure.Damaged(Path, exception.Message, exception);
        }
    }

    private SqliteStatement Statement(string sql, params ReadOnlySpan<string> parameters)
    {
        var statement = new SqliteStatement(connection, sql, parameters);
        statements.Add(statement);
        return statement;
    }
}
