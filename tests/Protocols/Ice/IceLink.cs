using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Protocols.Stun;

namespace Sylk.Conference.Protocols.Tests.Ice;

/// <summary>Credentials, addresses and hand-made checks for the agents' tests.</summary>
internal sealed class Checks(IceCredentials local, IceCredentials remote)
{
    private ulong _next = 1;

    public static readonly IceCredentials Server = new("srvA", "serverpasswordserverpass");
    public static readonly IceCredentials Client = new("cliB", "clientpasswordclientpass");
    public static readonly IceCredentials NewServer = new("srvC", "newserverpassnewserverpass");
    public static readonly IceCredentials NewClient = new("cliD", "newclientpassnewclientpass");

    public static NetworkPath Path(int n, int link = 0) => new(TransportAddress.FromIPv4(0x0A000000u + (uint)n, (ushort)(20000 + n)), link);

    /// <summary>A request as the remote sends it to us.</summary>
    public byte[] Request(bool nominate = true, uint priority = 100, string? password = null, string? username = null, bool controlled = false)
    {
        var buffer = new byte[256];
        var writer = new StunWriter(buffer, StunClass.Request, new StunTransactionId(_next++, 7));
        writer.Add(StunAttribute.Username, System.Text.Encoding.ASCII.GetBytes(username ?? $"{local.Ufrag}:{remote.Ufrag}"));
        writer.AddUInt64(controlled ? StunAttribute.IceControlled : StunAttribute.IceControlling, 42);
        writer.AddPriority(priority);
        if (nominate)
        {
            writer.AddUseCandidate();
        }

        return buffer[..writer.Finish(System.Text.Encoding.ASCII.GetBytes(password ?? local.Password))];
    }

    /// <summary>The remote's answer to a request of ours.</summary>
    public byte[] Answer(ReadOnlySpan<byte> request, string? password = null)
    {
        Assert.True(StunMessage.TryParse(request, out var message, out _));
        var buffer = new byte[256];
        var writer = new StunWriter(buffer, StunClass.Success, message.TransactionId);
        writer.AddXorMappedAddress(Path(99).Remote);
        return buffer[..writer.Finish(System.Text.Encoding.ASCII.GetBytes(password ?? remote.Password))];
    }
}

internal static class AgentReading
{
    public static IceOutcome Feed(this IceLiteAgent agent, Instant now, NetworkPath path, byte[] datagram, out byte[] reply)
    {
        var buffer = new byte[256];
        var outcome = agent.Receive(now, path, datagram, buffer, out var length);
        reply = buffer[..length];
        return outcome;
    }

    public static List<IceEventKind> Drain(this IceLiteAgent agent)
    {
        var kinds = new List<IceEventKind>();
        while (agent.TryTakeEvent(out var taken))
        {
            kinds.Add(taken.Kind);
        }

        return kinds;
    }

    public static List<(NetworkPath Path, byte[] Bytes)> Transmits(this IceLiteAgent agent)
    {
        var sent = new List<(NetworkPath, byte[])>();
        var buffer = new byte[512];
        while (agent.TryTakeTransmit(buffer, out var length, out var path))
        {
            sent.Add((path, buffer[..length]));
        }

        return sent;
    }
}
