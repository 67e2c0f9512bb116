using System.Net;
using BootAppliance.Dhcp.Leases;
using BootAppliance.Dhcp.Wire;
using BootAppliance.Storage;
using Microsoft.Extensions.Logging.Abstractions;

// Lease traffic as fast as the store takes it, until killed: many clients, fewer addresses, leases of a second, so that addresses change hands all the time.
// Prints "opening", and then one line for each lease that was acknowledged: address, client, end (UTC ticks). Arguments: database, seed.
// Ends by itself when its input does: a test that is stopped leaves nobody behind.
const int Workers = 16;
const int Clients = 300;
var leaseTime = TimeSpan.FromSeconds(1);

Console.WriteLine("opening");
using var store = new SqliteStore(args[0], NullLogger<SqliteStore>.Instance);
var subnet = new Subnet
{
    Prefix = IPNetwork.Parse("198.18.0.0/24"),
    Pools = [new AddressPool(IPAddress.Parse("198.18.0.10"), IPAddress.Parse("198.18.0.209"))],
};
var table = new LeaseTable([subnet], store, TimeProvider.System, []);
var seed = int.Parse(args[1]);
var workers = Enumerable.Range(0, Workers).Select(worker => Task.Run(() => WorkAsync(new Random((seed * Workers) + worker))));
await await Task.WhenAny([Task.Run(Console.In.ReadToEnd), .. workers]);

async Task WorkAsync(Random random)
{
    while (true)
    {
        var number = random.Next(Clients);
        var client = new HardwareAddress(HardwareAddress.Ethernet, [0x52, 0x54, 0, 0, (byte)(number >> 8), (byte)number]);
        var choice = table.Choose(subnet, client, requested: null);
        if (choice.Status != AddressChoiceStatus.Found)
        {
            await Task.Yield();
            continue;
        }

        var grant = await table.AcknowledgeAsync(subnet, client, choice.Address, leaseTime, hostName: null);
        if (grant.Failure is not null) throw grant.Failure;
        if (grant.Status == LeaseGrantStatus.Granted && table.Find(choice.Address) is { } lease && lease.Client == client)
            Console.WriteLine($"{lease.Address} {lease.Client} {lease.Expires.UtcTicks}");
    }
}
