using System.Net;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Server;

/// <summary>Counts the transfers under way, all together and by address, against what the settings allow.</summary>
internal sealed class TransferLimits(TftpServerSettings settings)
{
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> byAddress = [];
    private int all;

    /// <summary>Counts one more, or says which limit is reached.</summary>
    public TftpDropReason TryTake(IPAddress client)
    {
        lock (gate)
        {
            var own = byAddress.GetValueOrDefault(client);
            if (own >= settings.MaxTransfersPerAddress) return TftpDropReason.TooManyFromAddress;
            if (all >= settings.MaxTransfers) return TftpDropReason.TooManyTransfers;
            byAddress[client] = own + 1;
            all++;
            return TftpDropReason.None;
        }
    }

    /// <summary>Counts a transfer no longer; at its end, or before when it has to make room.</summary>
    public void Return(ActiveTransfer transfer)
    {
        var client = transfer.Request.Client.Address;
        lock (gate)
        {
            if (!transfer.HasPlace) return;
            transfer.HasPlace = false;
            all--;
            if (byAddress[client] == 1) byAddress.Remove(client);
            else byAddress[client]--;
        }
    }
}
