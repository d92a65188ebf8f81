using System.Buffers.Binary;
using System.Text;
using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Stun;
using Sylk.Conference.Sfu;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>
/// Z-02: everything from a shard's socket inward. One peer has only offered, one has done ICE, one is connected and speaks. The
/// first octet of an input says from whose address it comes, or a stranger's, and whether the rest is a datagram or blows at one
/// the speaker really sent. Nothing that is not authentic is answered or changes anything; only a DTLS handshake is
/// spoken with whoever ICE has validated.
/// </summary>
internal sealed class UdpEntryTarget
{
    private const byte Blows = 0x80;
    private const int StunFingerprint = 8;
    private const int InputsPerMillisecond = 4;
    private const int InputsPerWorld = 8_000;
    private static readonly TransportAddress Stranger = TransportAddress.FromIPv4(0x0B00_0001, 6000);
    private static readonly PeerShape Speaker = new(PeerKind.Web, Audio: true, Video: false, 1, 0);
    private static readonly PeerShape Quiet = new(PeerKind.Web, Audio: false, Video: false, 1, 0);
    private static readonly byte[] Username = "OURUFRAG:THEIRS12"u8.ToArray();
    private readonly byte[] _datagram = new byte[2048];
    private readonly List<byte[]> _captured = [];
    private World _world;
    private WirePeer _offered;
    private WirePeer _checked;
    private WirePeer _connected;
    private Snapshot _expected;
    private int _fed;

    private UdpEntryTarget() => Renew(null);

    public static FuzzTarget Target => new("Z-02", "UDP entry of a media shard", Seeds(), () => new UdpEntryTarget().Check) { MaxLength = 1_500 };

    private FuzzVerdict Check(ReadOnlySpan<byte> input)
    {
        if (++_fed % InputsPerWorld == 0)
        {
            Renew(_world);
        }
        else if (_fed % InputsPerMillisecond == 0)
        {
            _world.Run(1);
        }

        if (input.Length < 2)
        {
            return FuzzVerdict.Refused;
        }

        var who = (input[0] & 3) switch { 1 => _offered, 2 => _checked, 3 => _connected, _ => null };
        var datagram = (input[0] & Blows) != 0 ? Strike(input[1..]) : Address(input[1..], who);
        var verdict = Inject(who, datagram);
        if (verdict.Broken is not null)
        {
            Renew(_world);
        }

        return verdict;
    }

    private FuzzVerdict Inject(WirePeer? who, Span<byte> datagram)
    {
        var sent = _world.Network.Sent;
        _world.Inject(who?.Address ?? Stranger, datagram);
        var isHandshake = Demultiplexer.Classify(datagram) == PacketClass.Dtls && (who == _checked || who == _connected);
        if (_world.Network.Sent != sent && !isHandshake)
        {
            return FuzzVerdict.Violates($"an answer to {Demultiplexer.Classify(datagram)} from {who?.Id ?? "a stranger"}");
        }

        return JudgeState(isHandshake && who == _checked)
            ?? (Demultiplexer.Classify(datagram) == PacketClass.Refused ? FuzzVerdict.Refused : FuzzVerdict.Accepted);
    }

    /// <summary>The one who has done ICE may be drawn into a handshake that fails; another takes its place.</summary>
    private FuzzVerdict? JudgeState(bool handshaking)
    {
        var state = Take();
        if (handshaking && state.Checked == TransportState.Lost)
        {
            _world.Leave(_checked);
            _checked = JoinChecked(_world, $"checked {_fed}");
            _expected = Take();
            return null;
        }

        return state == _expected ? null : FuzzVerdict.Violates($"{_expected} became {state}");
    }

    /// <summary>One of the speaker's datagrams with at least one bit changed, of those its integrity covers.</summary>
    private Span<byte> Strike(ReadOnlySpan<byte> blows)
    {
        var genuine = _captured[blows[0] % _captured.Count];
        genuine.CopyTo(_datagram, 0);
        var datagram = _datagram.AsSpan(0, genuine.Length);
        var covered = Demultiplexer.Classify(genuine) == PacketClass.Stun ? datagram[..^StunFingerprint] : datagram;
        for (blows = blows[1..]; blows.Length >= 3; blows = blows[3..])
        {
            covered[BinaryPrimitives.ReadUInt16BigEndian(blows) % covered.Length] ^= blows[2];
        }

        if (datagram.SequenceEqual(genuine))
        {
            covered[^1] ^= 1;
        }

        return datagram;
    }

    /// <summary>The datagram, with the username of a seed made that of the peer it claims to come from.</summary>
    private Span<byte> Address(ReadOnlySpan<byte> input, WirePeer? who)
    {
        input.CopyTo(_datagram);
        var datagram = _datagram.AsSpan(0, input.Length);
        var at = datagram.IndexOf(Username);
        if (at >= 0)
        {
            var peer = _world.Shard.Rooms[World.Room].FindPeer((who ?? _connected).Id)!;
            Encoding.ASCII.GetBytes($"{peer.Transport.Ice.Local.Ufrag}:{peer.RemoteUfrag}").AsSpan(0, Username.Length).CopyTo(datagram[at..]);
        }

        return datagram;
    }

    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(_world), nameof(_offered), nameof(_checked), nameof(_connected))]
    private void Renew(World? former)
    {
        former?.Dispose();
        _world = new World(2);
        _captured.Clear();
        _connected = _world.Join("connected", Speaker);
        _connected.Sending = _captured.Add;
        _world.Run(500);
        _connected.Sending = null;
        _checked = JoinChecked(_world, "checked");
        _offered = _world.Join("offered", Quiet);
        _offered.Silent = true;
        _world.Run(5);
        _expected = Take();
        if (!_connected.IsConnected || _expected is not { Checked: TransportState.Waiting, Connected: TransportState.Connected, Paths: 2 })
        {
            throw new InvalidOperationException($"The peers are not in their states: {_expected}");
        }
    }

    private static WirePeer JoinChecked(World world, string id)
    {
        var peer = world.Join(id, Quiet);
        peer.Diverted = datagram =>
        {
            if (Demultiplexer.Classify(datagram) == PacketClass.Stun)
            {
                world.Send(peer, datagram);
            }
        };
        world.Run(100);
        return peer;
    }

    private Snapshot Take()
    {
        var room = _world.Shard.Rooms[World.Room];
        var (offered, halfway, connected) = (room.FindPeer(_offered.Id)!, room.FindPeer(_checked.Id)!, room.FindPeer(_connected.Id)!);
        return new Snapshot(
            offered.Transport.State,
            halfway.Transport.State,
            connected.Transport.State,
            connected.Transport.Inbound?.ContextCount ?? 0,
            connected.Streams.Count,
            offered.Transport.Paths.Known.Count + halfway.Transport.Paths.Known.Count + connected.Transport.Paths.Known.Count,
            connected.Transport.Path,
            _world.Shard.PeerCount,
            _world.Shard.Counters.TurnFailures);
    }

    private static List<byte[]> Seeds()
    {
        byte[] hello = [22, 0xFE, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60, 1, 0, 0, 48, 0, 0, 0, 0, 0, 0, 0, 0, 48, 0xFE, 0xFD, .. new byte[46]];
        byte[] encrypted = [23, 0xFE, 0xFD, 0, 1, 0, 0, 0, 0, 0, 1, 0, 40, .. new byte[40]];
        byte[] rtp = [0x90, 111, 0, 1, 0, 0, 0, 1, 0x10, 0, 1, 2, 0xBE, 0xDE, 0, 1, 0x10, 0xFF, 0, 0, .. new byte[60]];
        byte[] rtcp = [0x80, 200, 0, 6, 0x10, 0, 1, 2, .. new byte[20], 0x80, 0, 0, 1, .. new byte[16]];
        byte[][] datagrams = [Check(StunClass.Request), Check(StunClass.Indication), Check(StunClass.Success), hello, encrypted, rtp, rtcp, [64, 0, 0, 0]];
        var seeds = new List<byte[]>();
        for (byte who = 0; who < 4; who++)
        {
            seeds.AddRange(datagrams.Select(datagram => (byte[])[who, .. datagram]));
            seeds.AddRange(Enumerable.Range(0, 6).Select(i => (byte[])[(byte)(Blows | who), (byte)(i * 41), 0, (byte)(i * 9), 1]));
        }

        return seeds;
    }

    private static byte[] Check(StunClass kind)
    {
        Span<byte> buffer = stackalloc byte[200];
        var writer = new StunWriter(buffer, kind, new StunTransactionId(1, 2));
        writer.Add(StunAttribute.Username, Username);
        writer.AddPriority(1_845_501_695);
        writer.AddUInt64(StunAttribute.IceControlling, 0xDEAD_BEEF_0102_0304);
        writer.AddUseCandidate();
        return buffer[..writer.Finish("0123456789abcdefghijkl"u8)].ToArray();
    }

    private readonly record struct Snapshot(
        TransportState Offered, TransportState Checked, TransportState Connected, int Contexts, int Streams, int Paths, NetworkPath Path,
        int Peers, long Failures);
}
