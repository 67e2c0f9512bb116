namespace BootAppliance.Netboot.Loaders;

/// <summary>What a network boot client is sent to load first.</summary>
public abstract record LoaderChoice
{
    private LoaderChoice(string why) => Why = why;

    /// <summary>One sentence for the operator.</summary>
    public string Why { get; }

    /// <summary>A loader by TFTP.</summary>
    public sealed record File : LoaderChoice
    {
        internal File(string name, string why) : base(why) => Name = name;

        /// <summary>The loader's file name.</summary>
        public string Name { get; }
    }

    /// <summary>A URL: the catch-all script for iPXE, or the loader for firmware that boots by HTTP.</summary>
    public sealed record Url : LoaderChoice
    {
        internal Url(string address, string why) : base(why) => Address = address;

        /// <summary>The URL.</summary>
        public string Address { get; }
    }

    /// <summary>Nothing: the client does not boot from the network, or no loader fits it.</summary>
    public sealed record None : LoaderChoice
    {
        internal None(string why) : base(why) { }
    }
}
