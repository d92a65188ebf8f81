using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.SipBridge.Tests.Phones;

/// <summary>A phone with an ICE agent and silent PCMU. Without an agent of its own it is lite: it only answers.</summary>
internal sealed class IcePeer : IDisposable
{
    private readonly byte[] _buffer = new byte[2048];
    private readonly byte[] _reply = new byte[512];
    private readonly Wire.Port _port;
    private readonly IceLiteAgent? _lite;
    private ushort _sequence;

    public IcePeer(Wire wire, string address, bool isLite = false, bool controlling = true)
    {
        _port = wire.Open(address);
        if (isLite)
        {
            _lite = new IceLiteAgent(Own);
        }
        else
        {
            Full = new IceFullAgent(Own, seed: 5, controlling);
            Full.AddLocal(new IceLocalPath(0));
        }
    }

    public IceCredentials Own { get; private set; } = IceCredentials.Create();

    public IceFullAgent? Full { get; }

    public bool IsLite => _lite is not null;

    public TransportAddress Address => _port.Address;

    /// <summary>Packets of sound that came.</summary>
    public int Heard { get; set; }

    public bool IsDead { get; set; }

    public string Attributes => $"a=ice-ufrag:{Own.Ufrag}\r\na=ice-pwd:{Own.Password}\r\n"
        + $"a=candidate:1 1 UDP 2130706431 {Address.ToIPAddress()} {Address.Port} typ host\r\n";

    public void Restart() => Full!.Restart(Own = IceCredentials.Create());

    /// <summary>What our description says to it.</summary>
    public void Take(string sdp)
    {
        Assert.True(SdpParser.TryParse(sdp, out var session, out _));
        var media = session.Media[0];
        var theirs = new IceCredentials(media.IceUfrag!, media.IcePwd!);
        _lite?.SetRemote(theirs);
        Full?.SetRemote(theirs);
        foreach (var text in media.Candidates)
        {
            Assert.True(IceCandidate.TryParse(text, out var candidate));
            Full?.AddRemote(candidate!);
        }
    }

    public void Tick(Instant now)
    {
        while (_port.TryReceive(_buffer, out var length, out var from))
        {
            if (!IsDead && _buffer[0] < 4)
            {
                var written = 0;
                _lite?.Receive(now, new NetworkPath(from), _buffer.AsSpan(0, length), _reply, out written);
                Full?.Receive(now, new NetworkPath(from), _buffer.AsSpan(0, length), _reply, out written);
                if (written > 0)
                {
                    _port.Send(_reply.AsSpan(0, written), from);
                }
            }
            else if (_buffer[0] >= 128 && _buffer[1] < 128)
            {
                Heard++;
            }
        }

        if (IsDead)
        {
            return;
        }

        _lite?.Tick(now);
        Full?.Tick(now);
        var sent = 0;
        NetworkPath path = default;
        while (_lite?.TryTakeTransmit(_buffer, out sent, out path) ?? Full!.TryTakeTransmit(_buffer, out sent, out path))
        {
            _port.Send(_buffer.AsSpan(0, sent), path.Remote);
        }

        while (_lite?.TryTakeEvent(out _) ?? Full!.TryTakeEvent(out _))
        {
            // The path is asked for below.
        }

        if (_lite?.TryGetSelected(out path) ?? Full!.TryGetMediaPath(out path))
        {
            var packet = new byte[172];
            (packet[0], packet[3], packet[2], packet[11]) = (0x80, (byte)++_sequence, (byte)(_sequence >> 8), 9);
            _port.Send(packet, path.Remote);
        }
    }

    public void Dispose() => _port.Dispose();
}
