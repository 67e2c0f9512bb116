using System.Net;
using BootAppliance.Tftp.Wire;

namespace BootAppliance.Tftp.Server;

/// <summary>Counts the transfers under way, all together and by address, and their open files, against what the settings allow.</summary>
internal sealed class TransferLimits(TftpServerSettings settings)
{
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> byAddress = [];
    private int all;
    private int openFiles;

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

    /// <summary>Counts the file of a transfer that begins; false if it has to be closed again.</summary>
    public bool TryTake(TftpFile file)
    {
        if (!file.IsOnDisk || Interlocked.Increment(ref openFiles) <= settings.MaxOpenFiles) return true;
        Interlocked.Decrement(ref openFiles);
        return false;
    }

    /// <summary>Counts a file that was taken no longer.</summary>
    public void Return(TftpFile file)
    {
        if (file.IsOnDisk) Interlocked.Decrement(ref openFiles);
    }
}
