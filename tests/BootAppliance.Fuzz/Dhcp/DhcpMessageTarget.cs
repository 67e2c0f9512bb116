using BootAppliance.Dhcp.Server;
using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Fuzz.Dhcp;

/// <summary>What comes to the DHCP port: a message is read or its error is named, and what was read says the same when it is written again.</summary>
public sealed class DhcpMessageTarget : FuzzTarget
{
    private readonly DhcpMessage reusable = DhcpMessage.MakeReusable();
    private readonly byte[] written = new byte[ushort.MaxValue];

    public override string Name => "dhcp-message";

    public override IReadOnlyList<byte[]> Seeds { get; } = Captures("Dhcp");

    public override void Run(byte[] input)
    {
        var isRead = DhcpMessage.TryParse(input, out var message, out var error);
        Require(isRead == error is DhcpParseError.None, $"{error}, and {(isRead ? "a" : "no")} message");
        Require(reusable.Read(input) == error, "another error in memory that was used before");
        if (message is null) return;

        Require(Describe(reusable) == Describe(message), "another message in memory that was used before");
        Require(message.Options.Select(o => o.Code).Distinct().Count() == message.Options.Count, "an option that is there twice");
        ReadAll(message);

        if (!DhcpMessageWriter.TryWrite(message, written, out var length)) return;
        Require(DhcpMessage.TryParse(written.AsSpan(0, length), out var again, out error), $"what is written is not read: {error}");
        Require(Describe(again!) == Describe(message), $"{Describe(message)} was written as {Describe(again!)}");
    }

    private static void ReadAll(DhcpMessage message)
    {
        var client = DhcpClient.From(message);
        List<string?> texts = [message.ServerName, message.BootFileName, client.VendorClass, client.HostName, .. message.UserClasses];
        Require(texts.All(text => text is null || !text.Any(char.IsControl)), "a control character for the log");
        Require(client.Identifier is null or { Value.Length: >= ClientIdentifier.MinimumLength }, "an identifier that is too short");
        _ = (message.RequestedAddress, message.ServerIdentifier, message.LeaseTime, message.MaximumMessageSize, message.SubnetSelection, message.LinkSelection, message.ServerIdentifierOverride);
        foreach (var option in message.Options)
        {
            _ = (message.Options.GetAddresses(option.Code).Count, message.Options.GetText(option.Code), message.Options.GetUInt16(option.Code));
            _ = DhcpOptions.ReadEncapsulated(option.Value.Span);
        }
    }

    private static string Describe(DhcpMessage message) => string.Join(
        ' ',
        message.MessageType, message.TransactionId, message.Flags, message.ClientAddress, message.YourAddress, message.NextServerAddress, message.RelayAddress,
        message.ClientHardwareAddress, message.ServerName, message.BootFileName,
        string.Join(' ', message.Options.OrderBy(o => o.Code).Select(o => $"{(byte)o.Code}:{Convert.ToHexString(o.Value.Span)}")));
}
