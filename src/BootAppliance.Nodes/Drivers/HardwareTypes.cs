using System.Collections.Frozen;
using static BootAppliance.Nodes.InterfaceKind;

namespace BootAppliance.Nodes;

/// <summary>Every hardware type that nodes can be of, and what does the work behind the names of their interfaces.</summary>
public sealed class HardwareTypes
{
    private readonly FrozenDictionary<(InterfaceKind Kind, string Name), IDriverInterface> interfaces;

    /// <summary>A catalog of these types over these interfaces; a name that no interface has stands for something that is not done.</summary>
    public HardwareTypes(IReadOnlyList<HardwareType> types, IEnumerable<IDriverInterface> interfaces)
    {
        All = types;
        this.interfaces = interfaces.SelectMany(i => i.Kinds, (i, kind) => KeyValuePair.Create((kind, i.Name), i)).ToFrozenDictionary();
    }

    /// <summary>The types, by name.</summary>
    public IReadOnlyList<HardwareType> All { get; }

    /// <summary>
    /// What this version of the appliance can drive. A node may name <c>direct</c> and the rescue <c>agent</c>, as Metal3 does when it adds one; what they would do is refused.
    /// </summary>
    /// <param name="judge">Judges what nodes can boot.</param>
    /// <param name="images">Keeps what instances on the network boot.</param>
    public static HardwareTypes BuiltIn(IBootJudge judge, IInstanceImages images)
    {
        HardwareTypes all = null!;
        all = new HardwareTypes(
            [
                new("fake-hardware",
                    (Bios, ["fake", "no-bios"]), (Boot, ["ipxe", "http-ipxe", "http", "fake"]), (InterfaceKind.Console, ["fake", "no-console"]), (Deploy, ["ramdisk", "direct", "fake"]),
                    (InterfaceKind.Firmware, ["fake", "no-firmware"]), (Inspect, ["fake", "agent", "no-inspect"]), (Management, ["fake", "noop"]), (Network, ["noop"]),
                    (Power, ["fake"]), (Raid, ["fake", "no-raid"]), (Rescue, ["fake", "agent", "no-rescue"]), (InterfaceKind.Storage, ["noop", "fake"]), (Vendor, ["fake", "no-vendor"])),
                new("manual-management",
                    (Bios, ["no-bios"]), (Boot, ["ipxe", "http-ipxe", "http"]), (InterfaceKind.Console, ["no-console"]), (Deploy, ["ramdisk", "direct"]),
                    (InterfaceKind.Firmware, ["no-firmware"]), (Inspect, ["agent", "no-inspect"]), (Management, ["noop"]), (Network, ["noop"]),
                    (Power, ["noop"]), (Raid, ["no-raid"]), (Rescue, ["no-rescue", "agent"]), (InterfaceKind.Storage, ["noop"]), (Vendor, ["no-vendor"])),
            ],
            [
                new NoopDriver(), new FakeDriver(), new RamdiskDeploy(judge, images), new AgentInspect(node => all.BootOf(node)),
                new NetworkBoot("ipxe", BootDevice.Pxe, judge), new NetworkBoot("http-ipxe", BootDevice.UefiHttp, judge), new NetworkBoot("http", BootDevice.UefiHttp, judge),
            ]);
        return all;
    }

    /// <summary>The type with this name, or null.</summary>
    public HardwareType? Find(string name) => All.FirstOrDefault(type => type.Name == name);

    /// <summary>The type with this name; refused when there is none.</summary>
    public HardwareType Get(string name) =>
        Find(name) ?? throw new NodeException(NodeFailure.NotFound, $"Could not find the following driver(s) or hardware type(s): {name}.");

    /// <summary>The fields of <c>driver_info</c> that the interfaces of a type read, each with a sentence.</summary>
    public IReadOnlyDictionary<string, string> Properties(HardwareType type)
    {
        var properties = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var kind in InterfaceKinds.All)
        {
            foreach (var name in type.Allowed(kind))
            {
                foreach (var (key, text) in interfaces.GetValueOrDefault((kind, name))?.Properties ?? new Dictionary<string, string>()) properties[key] = text;
            }
        }

        return properties;
    }

    /// <summary>Refuses a node whose driver does not exist or does not have one of the node's interfaces; to be asked before a node is added or changed.</summary>
    public void Check(Node node)
    {
        if (Find(node.Driver) is not { } type)
            throw new NodeException(NodeFailure.Invalid, $"Could not find the following driver(s) or hardware type(s): {node.Driver}.");
        foreach (var kind in InterfaceKinds.All) Check(type, kind, node.Interfaces.Of(kind));
    }

    /// <summary>What keeps this kind of work from being done on a node; null: nothing.</summary>
    public string? Problem(Node node, InterfaceKind kind)
    {
        try
        {
            // An instance that the machine cannot boot into is not deployed.
            if (kind == Deploy) BootOf(node).Validate(node);
            Get<IDriverInterface>(node, kind).Validate(node);
            return null;
        }
        catch (NodeException problem) when (problem.Kind == NodeFailure.Invalid)
        {
            return problem.Message;
        }
    }

    /// <summary>What does this kind of work on a node; null where nothing does.</summary>
    public IDriverInterface? Find(Node node, InterfaceKind kind) => interfaces.GetValueOrDefault((kind, node.Interfaces.Of(kind)));

    /// <summary>What does this kind of work on a node; refused where nothing does.</summary>
    public T Get<T>(Node node, InterfaceKind kind)
        where T : class, IDriverInterface => Find(node, kind) as T ?? throw NodeException.Unsupported(node, kind.ToApiString());

    /// <summary>What switches a node.</summary>
    public IPowerInterface PowerOf(Node node) => Get<IPowerInterface>(node, Power);

    /// <summary>What says where a node boots from.</summary>
    public IManagementInterface ManagementOf(Node node) => Get<IManagementInterface>(node, Management);

    /// <summary>What boots a node from the network.</summary>
    public IBootInterface BootOf(Node node) => Get<IBootInterface>(node, Boot);

    /// <summary>What gives a node its instance.</summary>
    public IDeployInterface DeployOf(Node node) => Get<IDeployInterface>(node, Deploy);

    /// <summary>What looks at a node's hardware.</summary>
    public IInspectInterface InspectOf(Node node) => Get<IInspectInterface>(node, Inspect);

    /// <summary>What takes a node to its rescue system.</summary>
    public IRescueInterface RescueOf(Node node) => Get<IRescueInterface>(node, Rescue);

    private void Check(HardwareType type, InterfaceKind kind, string name)
    {
        if (type.Allowed(kind).Contains(name)) return;
        var word = kind.ToApiString();
        var known = All.SelectMany(t => t.Allowed(kind)).Distinct().Order(StringComparer.Ordinal).ToList();
        throw new NodeException(NodeFailure.Invalid, known.Contains(name)
            ? $"{word} interface implementation '{name}' is not supported by hardware type {type.Name}."
            : $"Could not find the following interface in the 'ironic.hardware.interfaces.{word}' entrypoint: {name}. "
              + $"Valid interfaces are [{string.Join(", ", known.Select(n => $"'{n}'"))}].");
    }
}
