using System.CommandLine;
using System.Text.Json.Nodes;

namespace BootAppliance.Commands;

/// <summary>The options that say what a node is and boots, for <c>node add</c> and <c>node set</c>.</summary>
internal sealed class NodeFields(bool areRequired)
{
    private readonly Option<string[]> macs = new("--mac")
    {
        Description = "The MAC addresses of its network cards",
        HelpName = "MAC",
        Required = areRequired,
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> kernel = new("--kernel") { Description = "The kernel to boot: a URL, or a path below Http:Root", HelpName = "URL" };

    private readonly Option<string[]> initrds = new("--initrd")
    {
        Description = "Its initial RAM disks, in order",
        HelpName = "URL",
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> iso = new("--iso") { Description = "The disc image to boot in place of a kernel: a URL, or a path below Http:Root", HelpName = "URL" };

    private readonly Option<string> kernelArguments = new("--args") { Description = "The kernel command line", HelpName = "TEXT" };

    private readonly Option<string> architecture = new("--arch") { Description = "The processor architecture, such as x86_64 or aarch64", HelpName = "ARCH" };

    private readonly Option<string> loader = new("--loader")
    {
        Description = "Its own loader, such as snponly.efi, or shimx64.efi for Secure Boot; \"\" for the usual one",
        HelpName = "FILE",
    };

    private readonly Option<string> replyForm = new("--reply-form")
    {
        Description = "How its PXE firmware wants its DHCP answers: automatic, discovery_control, vendor_class or plain",
        HelpName = "FORM",
    };

    private readonly Option<string> vlan = new("--vlan") { Description = "The tagged VLAN that it boots on, 1 to 4094; \"\" for none", HelpName = "VLAN" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[macs, kernel, initrds, iso, kernelArguments, architecture, loader, replyForm, vlan]) command.Add(option);
    }

    /// <summary>The fields that were named; the appliance leaves the others as they are.</summary>
    public JsonObject Read(ParseResult arguments)
    {
        var body = new JsonObject();
        AddList("macs", macs);
        Add("kernel", kernel);
        AddList("initrds", initrds);
        Add("iso", iso);
        Add("args", kernelArguments);
        Add("arch", architecture);
        Add("loader", loader);
        Add("reply_form", replyForm);
        Add("vlan", vlan);
        return body;

        void Add(string name, Option<string> option)
        {
            if (arguments.GetValue(option) is { } value) body[name] = value;
        }

        void AddList(string name, Option<string[]> option)
        {
            if (arguments.GetValue(option) is { Length: > 0 } values) body[name] = new JsonArray([.. values.Select(v => JsonValue.Create(v))]);
        }
    }
}
