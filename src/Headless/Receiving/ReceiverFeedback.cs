using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Protocols.Rtp;

namespace Sylk.Conference.Headless.Receiving;

/// <summary>
/// What a receiving peer owes the server: transport-wide feedback each 100 ms, as browsers send it, and a receiver report each
/// second.
/// </summary>
public sealed class ReceiverFeedback
{
    private const int MostArrivals = 512;
    private const int TransportIntervalMs = 100;
    private const int ReportIntervalMs = 1000;
    private readonly TransportCcArrival[] _arrivals = new TransportCcArrival[MostArrivals];
    private readonly byte[] _buffer = new byte[1400];
    private readonly uint _ssrc = (uint)Random.Shared.NextInt64(1, uint.MaxValue);
    private SequenceUnwrapper _unwrapper;
    private long _base;
    private int _count;
    private byte _feedbackCount;
    private Instant _transportDue = Instant.Never;
    private Instant _reportDue;

    public Instant NextDeadline => Instant.Earlier(_transportDue, _reportDue);

    /// <param name="arrival">When the packet came.</param>
    /// <param name="number">Its transport-wide sequence number.</param>
    public void Note(Instant arrival, ushort number)
    {
        var started = _unwrapper.Started;
        var sequence = _unwrapper.Unwrap(number);
        if (!started || (_count == 0 && sequence > _base + MostArrivals))
            _base = sequence;
        var at = sequence - _base;
        if (at is < 0 or >= MostArrivals)
            return;
        while (_count <= at)
            _arrivals[_count++] = default;
        _arrivals[at] = new TransportCcArrival(true, arrival.Microseconds);
        if (_transportDue == Instant.Never)
            _transportDue = arrival.PlusMilliseconds(TransportIntervalMs);
    }

    /// <param name="peer">The way out.</param>
    /// <param name="now">The time of the turn.</param>
    /// <param name="slots">What to report on.</param>
    public void Tick(HeadlessPeer peer, Instant now, IReadOnlyList<ReceivedSlot> slots)
    {
        if (now >= _transportDue || _count == MostArrivals)
            SendTransport(peer, now, slots);
        if (now >= _reportDue)
            SendReport(peer, now, slots);
    }

    private void SendTransport(HeadlessPeer peer, Instant now, IReadOnlyList<ReceivedSlot> slots)
    {
        _transportDue = Instant.Never;
        var done = 0;
        while (done < _count)
        {
            var header = new TransportCcHeader(_ssrc, slots.Count > 0 ? slots[0].Ssrc : 0, _feedbackCount++);
            var length = TransportCcWriter.Write(
                header, _base + done, _arrivals.AsSpan(done, _count - done), now.Microseconds, _buffer.AsSpan(0, 1200), out var told);
            if (told == 0 || !peer.SendRtcp(_buffer, length))
                break;
            done += told;
        }

        _base += _count;
        _count = 0;
    }

    private void SendReport(HeadlessPeer peer, Instant now, IReadOnlyList<ReceivedSlot> slots)
    {
        _reportDue = now.PlusMilliseconds(ReportIntervalMs);
        Span<ReportBlock> blocks = stackalloc ReportBlock[ReportBlock.Maximum];
        var count = 0;
        for (var i = 0; i < slots.Count && count < blocks.Length; i++)
        {
            if (!slots[i].IsRepair)
                blocks[count++] = slots[i].Report(now);
        }

        var writer = new RtcpWriter(_buffer);
        writer.AppendReceiverReport(_ssrc, blocks[..count]);
        writer.AppendCname(_ssrc, "headless"u8);
        peer.SendRtcp(_buffer, writer.Length);
    }
}
