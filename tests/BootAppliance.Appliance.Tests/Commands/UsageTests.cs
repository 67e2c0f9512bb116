using BootAppliance.Commands;

namespace BootAppliance.Tests.Commands;

public sealed class UsageTests : IDisposable
{
    private readonly CommandRig rig = new();

    public void Dispose() => rig.Dispose();

    [Theory]
    [InlineData("Unrecognized command or argument 'frobnicate'.\n'bootappliance --help' says how it is used.", "frobnicate")]
    [InlineData("Required command was not provided.\nUnrecognized command or argument 'lst'.\nDid you mean 'list'?\n'bootappliance node --help' says how it is used.", "node", "lst")]
    [InlineData("Required command was not provided.\n'bootappliance event --help' says how it is used.", "event")]
    [InlineData("Option '--mac' is required.\n'bootappliance node add --help' says how it is used.", "node", "add", "x")]
    [InlineData("There is nothing to change: name at least one option.\n'bootappliance node set --help' says how it is used.", "node", "set", "x", "--json")]
    [InlineData("Name the machine by either --mac or --node.\n'bootappliance boot preview --help' says how it is used.", "boot", "preview")]
    [InlineData("Name the machine by either --mac or --node.\n'bootappliance boot preview --help' says how it is used.", "boot", "preview", "--mac", "a", "--node", "b")]
    [InlineData("--limit is a number from 1, not '0'.\n'bootappliance event list --help' says how it is used.", "event", "list", "--limit", "0")]
    [InlineData("Option '--format' is required.\n'bootappliance dhcp export --help' says how it is used.", "dhcp", "export")]
    [InlineData("Argument 'bind' not recognized. Must be one of:\n  'dnsmasq'\n  'kea'\n  'isc'\n  'neutron'\n'bootappliance dhcp export --help' says how it is used.", "dhcp", "export", "--format", "bind")]
    [InlineData("Name either --output or --json.\n'bootappliance dhcp export --help' says how it is used.", "dhcp", "export", "--format", "kea", "--json", "--output", "x")]
    [InlineData("Neutron has subnets of its own: leave --subnets out.\n'bootappliance dhcp export --help' says how it is used.", "dhcp", "export", "--format", "neutron", "--subnets")]
    [InlineData("Unrecognized command or argument '--nonsense'.\n'bootappliance check --help' says how it is used.", "check", "--nonsense")]
    public async Task Usage_ThatIsWrong_IsExplained(string error, params string[] arguments) =>
        (await rig.RunAsync(arguments)).ShouldBe((CommandLine.WrongUsage, "", error));

    [Theory]
    [InlineData]
    [InlineData("node", "add")]
    [InlineData("event", "watch")]
    public async Task Help_Succeeds(params string[] command) => (await rig.OutputOfAsync([.. command, "--help"])).ShouldContain("Usage:");
}
