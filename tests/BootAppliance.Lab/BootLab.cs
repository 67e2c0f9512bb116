using BootAppliance.Lab.Appliance;
using BootAppliance.Lab.Guest;
using BootAppliance.Lab.Machines;
using BootAppliance.Lab.Network;
using BootAppliance.Lab.Processes;

namespace BootAppliance.Lab;

/// <summary>A provisioning network with an appliance on it, apart from every real network, and machines to boot.</summary>
public sealed class BootLab : IAsyncDisposable
{
    private readonly RouterAdvertiser? router;

    private BootLab(NetworkNamespace home, Bridge bridge, RouterAdvertiser? router, LabSettings settings)
    {
        Home = home;
        Bridge = bridge;
        this.router = router;
        Settings = settings;
    }

    public NetworkNamespace Home { get; }

    public Bridge Bridge { get; }

    public LabSettings Settings { get; }

    /// <summary>The appliance that runs now; null before <see cref="StartAppliance"/>.</summary>
    public ApplianceProcess? Appliance { get; private set; }

    /// <summary>Makes the network and the settings; nothing runs yet.</summary>
    /// <param name="additionalSettings">More sections of the settings file, as they are.</param>
    public static async Task<BootLab> Create(string additionalSettings = "")
    {
        var home = await NetworkNamespace.Create();
        try
        {
            var bridge = await Bridge.Create(home, LabSettings.AddressWithPrefix);
            return new BootLab(home, bridge, await RouterAdvertiser.Start(home, bridge.Name), LabSettings.Write(home.Folder, bridge.Name, additionalSettings));
        }
        catch
        {
            await home.DisposeAsync();
            throw;
        }
    }

    /// <summary>Puts the guest's kernel and initrd where the appliance serves them, as <c>vmlinuz</c> and <c>initrd.img</c>.</summary>
    public Task<GuestImages> AddGuestImages(GuestArchitecture architecture, CancellationToken cancellation = default) =>
        GuestImages.Prepare(Settings.HttpRoot, architecture, cancellation);

    /// <summary>Starts the appliance and waits until it answers. It may be started again after it has ended.</summary>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <param name="arguments">Settings that go before those of the file, each as <c>--Section:Key=value</c>.</param>
    public async Task<ApplianceProcess> StartAppliance(CancellationToken cancellation = default, params IReadOnlyList<string> arguments) =>
        Appliance = await ApplianceProcess.Start(Home, Settings, arguments, cancellation);

    /// <summary>Runs one of the appliance's commands (from outside: it talks through the Unix socket) and returns its output.</summary>
    public Task<string> Command(IReadOnlyList<string> arguments, CancellationToken cancellation = default) =>
        ChildProcess.Run([Checkout.Appliance, .. arguments, "--config", Settings.File], cancellation);

    /// <summary>What another DHCP server needs to take this appliance's place, in the words of that server.</summary>
    public Task<string> ExportDhcp(string format, CancellationToken cancellation = default) => Command(["dhcp", "export", "--format", format, "--subnets"], cancellation);

    /// <summary>The kernel argument that says which node the guest is.</summary>
    public static string NodeArgument(string name) => $"bootappliance.node={name}";

    /// <summary>Adds a node that boots the guest as soon as its machine is switched on.</summary>
    /// <param name="name">Its name; the guest sees <see cref="NodeArgument"/> on its command line.</param>
    /// <param name="kind">The kind of its machine.</param>
    /// <param name="mac">The hardware address of its machine.</param>
    /// <param name="cancellation">Ends the command.</param>
    public async Task<string> AddNode(string name, MachineKind kind, string mac, CancellationToken cancellation = default)
    {
        var arguments = $"console={kind.Guest.Console} {NodeArgument(name)}";
        if (kind.BootsIso) await GuestIso.Prepare(Settings.HttpRoot, kind.Guest, arguments, cancellation);
        string[] boots = kind.BootsIso ? ["--iso", GuestIso.Name] : ["--kernel", "vmlinuz", "--initrd", "initrd.img", "--args", arguments];
        return await Command(["node", "add", name, "--mac", mac, .. boots, .. kind.NodeArguments, "--deploy"], cancellation);
    }

    /// <summary>Switches a machine on, plugged into the appliance's own bridge.</summary>
    public async Task<VirtualMachine> StartMachine(MachineKind kind, string mac, string? disk = null) => VirtualMachine.Start(await Bridge.AddSocket(), kind, mac, disk);

    public async ValueTask DisposeAsync()
    {
        if (Appliance is not null) await Appliance.DisposeAsync();
        router?.Dispose();
        await Home.DisposeAsync();
    }
}
