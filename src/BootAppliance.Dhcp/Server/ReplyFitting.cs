using BootAppliance.Dhcp.Wire;

namespace BootAppliance.Dhcp.Server;

/// <summary>Makes a reply fit what its client takes: by the fields <c>file</c> and <c>sname</c> first, then without what the client needs least.</summary>
internal static class ReplyFitting
{
    // What goes first when there is no room; before all of these go the operator's own options, the last one first. What is not in this list
    // and has a name here is never left out: without the address, its time, its network or the boot file the answer is worth nothing.
    private static readonly DhcpOptionCode[] leastNeeded =
    [
        DhcpOptionCode.CaptivePortal, DhcpOptionCode.TftpServerAddress, DhcpOptionCode.DomainSearch, DhcpOptionCode.NtpServers,
        DhcpOptionCode.BroadcastAddress, DhcpOptionCode.InterfaceMtu, DhcpOptionCode.DomainName, DhcpOptionCode.HostName,
        DhcpOptionCode.ClasslessStaticRoute, DhcpOptionCode.RebindingTime, DhcpOptionCode.RenewalTime, DhcpOptionCode.TftpServerName,
        DhcpOptionCode.DomainNameServer,
    ];

    /// <summary>The reply as it can be sent; as it was where even that is too long.</summary>
    /// <param name="reply">The whole reply.</param>
    /// <param name="maximumLength">The most bytes of UDP payload that the client takes.</param>
    /// <param name="mayOverload">Whether <c>file</c> and <c>sname</c> are free for options: never for boot clients, whose ROMs read them as they are.</param>
    /// <param name="leftOut">The options that had no room.</param>
    public static DhcpMessage Fit(DhcpMessage reply, int maximumLength, bool mayOverload, out IReadOnlyList<DhcpOptionCode> leftOut)
    {
        leftOut = [];
        if (DhcpMessageWriter.LengthOf(reply) <= maximumLength) return reply;
        var options = reply.Options.ToList();
        List<DhcpOptionCode> dropped = [];
        while (true)
        {
            var fitted = mayOverload ? Overload(reply, options, maximumLength) : reply.WithOptions(new DhcpOptions(options));
            if (DhcpMessageWriter.LengthOf(fitted) <= maximumLength)
            {
                leftOut = dropped;
                return fitted;
            }

            if (FindLeastNeeded(options) is not { } index) return reply;
            dropped.Add(options[index].Code);
            options.RemoveAt(index);
        }
    }

    // RFC 2132 section 9.3. Whole options move, those at the end first: what a client needs to understand the rest stands at the front, and
    // option 82 must stay the last one of the options field.
    private static DhcpMessage Overload(DhcpMessage reply, List<DhcpOption> options, int maximumLength)
    {
        var stay = new List<DhcpOption>(options);
        List<DhcpOption> inFile = [], inServerName = [];
        for (var i = stay.Count - 1; i >= 0; i--)
        {
            var fitted = reply.WithOptions(new DhcpOptions(stay), new DhcpOptions(inFile), new DhcpOptions(inServerName));
            if (DhcpMessageWriter.LengthOf(fitted) <= maximumLength) return fitted;
            if (stay[i].Code is DhcpOptionCode.RelayAgentInformation or DhcpOptionCode.ServerIdentifier) continue;
            if (DhcpMessageWriter.HasRoom(DhcpMessage.BootFileNameField, inFile, stay[i])) inFile.Add(stay[i]);
            else if (DhcpMessageWriter.HasRoom(DhcpMessage.ServerNameField, inServerName, stay[i])) inServerName.Add(stay[i]);
            else continue;
            stay.RemoveAt(i);
        }

        return reply.WithOptions(new DhcpOptions(stay), new DhcpOptions(inFile), new DhcpOptions(inServerName));
    }

    private static int? FindLeastNeeded(List<DhcpOption> options)
    {
        var operators = options.FindLastIndex(o => !Enum.IsDefined(o.Code));
        if (operators >= 0) return operators;
        foreach (var code in leastNeeded)
        {
            var index = options.FindIndex(o => o.Code == code);
            if (index >= 0) return index;
        }

        return null;
    }
}
