using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Dcep;
using Sylk.Conference.Protocols.Sctp;
using Sylk.Conference.Sfu.Diagnostics;

namespace Sylk.Conference.Sfu.Peers.Data;

/// <summary>
/// The data channels of one peer: stream 0 is the negotiated channel <c>sylk</c> (product §7.1), others are opened by the
/// page (RFC 8832). What a page sends reaches everybody else in the room on their stream 0, behind a line of JSON that names
/// the sender, as hard as the sender's channel tries. A sender beyond its rate is not read, so its window closes; a reader
/// too slow loses what is lossy, and is cut off rather than lose what is reliable.
/// </summary>
internal sealed class PeerData
{
    public const int MaxMessage = 64 * 1024;
    private const int MaxChannels = 16;
    private const double MessagesPerSecond = 100, MessageBurst = 200, BytesPerSecond = 512 * 1024, ByteBurst = 1024 * 1024;
    private readonly Peer _peer;
    private readonly SctpAssociation _association;
    private readonly Dictionary<ushort, SctpReliability> _channels = new() { [0] = SctpReliability.Reliable };
    private readonly byte[] _from;
    private double _messages = MessageBurst;
    private double _bytes = ByteBurst;
    private Instant _filledAt = new(long.MinValue / 2);
    private Instant _readAgainAt = Instant.Never;

    public PeerData(Peer peer, int port, int longest)
    {
        _peer = peer;
        _from = Encoding.UTF8.GetBytes($"{{\"from\":\"{JsonEncodedText.Encode(peer.Id)}\"}}\n");
        Span<byte> random = stackalloc byte[8];
        RandomNumberGenerator.Fill(random);
        var settings = new SctpSettings
        {
            RemotePort = (ushort)port,
            MaxInboundMessage = MaxMessage,
            MaxOutboundMessage = longest == 0 ? int.MaxValue : longest, // 0: any size (RFC 8841 §6.1)
        };
        _association = new SctpAssociation(settings, new SctpSecrets(
            BitConverter.ToUInt32(random), BitConverter.ToUInt32(random[4..]), RandomNumberGenerator.GetBytes(32)));
    }

    public Instant NextDeadline => Instant.Earlier(_association.NextDeadline, _readAgainAt);

    private ShardCounters Counters => _peer.Room.Counters;

    public bool IsOpen => _association.State == SctpState.Established;

    public void Receive(Instant now, ReadOnlySpan<byte> packet)
    {
        _association.Receive(now, packet);
        Read(now);
    }

    public void Tick(Instant now)
    {
        _association.Tick(now);
        if (now >= _readAgainAt)
            Read(now);
    }

    public bool TryTakePacket(Instant now, Span<byte> destination, out int length) =>
        _association.TryTakePacket(now, destination, out length);

    private void Read(Instant now)
    {
        _readAgainAt = Instant.Never;
        Refill(now);
        while (_messages >= 1 && _bytes > 0 && _association.TryReceive(now, out var message))
        {
            _messages--;
            _bytes -= message.Payload.Length;
            Counters.DataMessagesReceived++;
            Counters.DataBytesReceived += message.Payload.Length;
            Take(now, message);
        }

        if (_messages < 1 || _bytes <= 0)
            _readAgainAt = now.PlusMilliseconds(20);
        while (_association.TryTakeReset(out var stream))
            if (stream != 0 && _channels.Remove(stream))
                _association.ResetStream(stream); // the other side of a closed channel (RFC 8831 §6.7)
    }

    private void Refill(Instant now)
    {
        var seconds = Math.Min(10, (now - _filledAt).TotalSeconds);
        _filledAt = now;
        _messages = Math.Min(MessageBurst, _messages + (seconds * MessagesPerSecond));
        _bytes = Math.Min(ByteBurst, _bytes + (seconds * BytesPerSecond));
    }

    private void Take(Instant now, in SctpMessage message)
    {
        if (message.Protocol == PayloadProtocol.Control)
            TakeControl(now, message);
        else if (!_channels.TryGetValue(message.Stream, out var reliability) || !(_peer.MaySendData || _peer.Echoes))
            Counters.Drop(DropReason.DataRefused, kind: DropKind.Transport);
        else if (_peer.Echoes)
            Send(now, message.Stream, message.Protocol, message.Payload, SctpReliability.Lossy);
        else
            Relay(now, message, reliability);
    }

    private void TakeControl(Instant now, in SctpMessage message)
    {
        if (!DcepOpen.TryRead(message.Payload, out var open))
            return; // an ACK, or nothing we know
        if (_channels.Count >= MaxChannels || !_channels.TryAdd(message.Stream, open.Reliability))
        {
            Counters.Drop(DropReason.DataRefused, kind: DropKind.Transport);
            _association.ResetStream(message.Stream);
            return;
        }

        _association.Send(now, message.Stream, PayloadProtocol.Control, new byte[] { DcepAck.MessageType }, SctpReliability.Reliable);
    }

    /// <summary>One array for all who get it.</summary>
    private void Relay(Instant now, in SctpMessage message, SctpReliability reliability)
    {
        var isText = message.Protocol is PayloadProtocol.Text or PayloadProtocol.EmptyText;
        var isEmpty = message.Protocol is PayloadProtocol.EmptyText or PayloadProtocol.EmptyBinary;
        byte[] whole = isEmpty ? _from : [.. _from, .. message.Payload];
        foreach (var other in _peer.Room.Peers)
        {
            if (other == _peer || other.Transport.Data is not { IsOpen: true } data)
                continue;
            data.Deliver(now, whole, isText, reliability);
            other.Transport.OfferData(now);
        }

        if (_peer.Room.Relays?.SendData(whole, isText, reliability) == false)
            Counters.Drop(DropReason.DataSlowReader, FlowDirection.Transmit, DropKind.Transport);
    }

    /// <summary>What somebody else sent, on stream 0.</summary>
    public void Deliver(Instant now, byte[] whole, bool isText, SctpReliability reliability) =>
        Send(now, 0, isText ? PayloadProtocol.Text : PayloadProtocol.Binary, whole, reliability);

    private void Send(Instant now, ushort stream, uint protocol, byte[] payload, SctpReliability reliability)
    {
        var outcome = _association.Send(now, stream, protocol, payload, reliability);
        if (outcome == SctpSendOutcome.Queued)
        {
            Counters.DataMessagesSent++;
            Counters.DataBytesSent += payload.Length;
            return;
        }

        Counters.Drop(outcome == SctpSendOutcome.BufferFull ? DropReason.DataSlowReader : DropReason.DataRefused, FlowDirection.Transmit, DropKind.Transport);
        if (outcome != SctpSendOutcome.BufferFull || reliability is not { MaxRetransmits: < 0, Lifetime: null })
            return;
        Counters.DataReadersClosed++;
        _association.Abort();
    }
}
