using Sylk.Conference.Protocols.Sctp;

namespace Sylk.Conference.TestKit.Simulation;

public sealed partial class WirePeer
{
    private readonly List<SctpMessage> _data = [];
    private SctpAssociation? _sctp;

    public IReadOnlyList<SctpMessage> ReceivedData => _data;

    public void SendData(ushort stream, uint protocol, byte[] payload, SctpReliability reliability)
    {
        var outcome = _sctp?.Send(_world.Now, stream, protocol, payload, reliability) ?? SctpSendOutcome.NotOpen;
        if (outcome != SctpSendOutcome.Queued)
            throw new InvalidOperationException($"{Id} cannot send: {outcome}");
        DrainData();
    }

    /// <summary>Closes DTLS as a page does that goes away.</summary>
    public void SayGoodbye()
    {
        _dtls!.Close(_world.Now);
        DrainDtls();
    }

    private void OpenData()
    {
        if (!Shape.Data)
            return;
        _sctp = new SctpAssociation(
            new SctpSettings { MaxOutboundMessage = 65_536, MaxInboundMessage = 262_144, ReceiveBuffer = 262_144 },
            new SctpSecrets((uint)Index, 77, new byte[32]));
        _sctp.Connect(_world.Now);
        DrainData();
    }

    private void ReadData()
    {
        while (_dtls is not null && _dtls.TryRead(_buffer, out var length))
            _sctp?.Receive(_world.Now, _buffer.AsSpan(0, length));
        DrainData();
    }

    private void DrainData()
    {
        while (_sctp is not null && _sctp.TryReceive(_world.Now, out var message))
            _data.Add(message);
        while (_sctp is not null && _sctp.TryTakePacket(_world.Now, _buffer, out var length))
        {
            _dtls!.Write(_buffer.AsSpan(0, length));
            DrainDtls();
        }
    }
}
