using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Net.Linux;

/// <summary>
/// Runs to sendmmsg: up to 64 messages a call, a run of several datagrams as one message with UDP_SEGMENT.
/// Where a path refuses segmentation, that destination gets single datagrams from then on.
/// </summary>
internal sealed unsafe class UdpSender : IDisposable
{
    /// <summary>What one segmented send may hold: UDP_MAX_SEGMENTS, and the payload of one IPv4 datagram.</summary>
    private const int MaxSegments = 64;
    private const int MaxPayload = 65_507;

    private readonly int _fd;
    private readonly bool _ipv6Socket;
    private readonly bool _segment;
    private readonly SourcePinning _pinning;
    private readonly TransportCounters _counters;
    private readonly MessageTable _table = new();
    private readonly TransportAddress[] _remotes = new TransportAddress[MessageTable.Capacity];
    private readonly int[] _segmentSizes = new int[MessageTable.Capacity];
    private readonly int[] _segmentControl = new int[MessageTable.Capacity];
    private readonly int[] _sourceControl = new int[MessageTable.Capacity];
    private readonly UnsegmentedDestinations _unsegmented = new();
    private int _count;
    private bool _full;

    public UdpSender(int fd, bool ipv6Socket, bool segment, SourcePinning pinning, TransportCounters counters)
    {
        _fd = fd;
        _ipv6Socket = ipv6Socket;
        _segment = segment;
        _pinning = pinning;
        _counters = counters;
    }

    /// <summary>Starts a turn's sending: a socket that was full may have room again.</summary>
    public void Begin() => _full = false;

    public void Add(SendBatch batch, in SendRun run)
    {
        var start = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(batch.Arena)) + run.Offset;
        var step = run.SegmentSize * SegmentsPerMessage(run);
        for (var at = 0; at < run.Length; at += step)
        {
            if (_count == MessageTable.Capacity) Flush();
            Append(in run, start + at, Math.Min(step, run.Length - at));
        }
    }

    /// <summary>Sends what was added. The batch's memory is not needed afterwards.</summary>
    public void Flush()
    {
        var sent = 0;
        while (sent < _count && !_full)
        {
            var taken = Call(sent, _count - sent);
            if (taken > 0) CountSent(sent, taken);
            else if (taken < 0) taken = Fail(sent, -taken);
            sent += taken;
        }

        for (; sent < _count; sent++) _counters.CountSendDrop(SendDrop.WouldBlock, Datagrams(sent));
        _count = 0;
    }

    public void Dispose() => _table.Dispose();

    private int SegmentsPerMessage(in SendRun run)
    {
        if (run.Length <= run.SegmentSize || !_segment || _unsegmented.Contains(run.Path.Remote)) return 1;
        return Math.Clamp(MaxPayload / run.SegmentSize, 1, MaxSegments);
    }

    private void Append(in SendRun run, byte* data, int length)
    {
        var i = _count++;
        ref var message = ref _table.Messages[i];
        _table.Vector(i).Base = data;
        _table.Vector(i).Length = (nuint)length;
        message.NameLength = SocketAddressBytes.Write(message.Name, run.Path.Remote, _ipv6Socket);
        WriteControl(i, in run, length);
        _remotes[i] = run.Path.Remote;
        _segmentSizes[i] = run.SegmentSize;
    }

    /// <summary>Segment size first, then source: either can be left out afterwards by moving one end.</summary>
    private void WriteControl(int i, in SendRun run, int length)
    {
        ref var message = ref _table.Messages[i];
        var control = _table.Control(i);
        var segment = length > run.SegmentSize ? ControlMessages.WriteSegment(control, run.SegmentSize) : 0;
        var source = _pinning.IsNeeded(run.Path.Local) ? ControlMessages.WriteSource(control + segment, run.Path.Local, _ipv6Socket) : 0;
        _segmentControl[i] = segment;
        _sourceControl[i] = source;
        message.Control = control;
        message.ControlLength = (nuint)(segment + source);
    }

    /// <returns>Messages taken, or the negative error number that met the first one.</returns>
    private int Call(int first, int count)
    {
        _counters.SendCalls++;
        var taken = Kernel.SendMessages(_fd, _table.Messages + first, (uint)count, Kernel.MessageDontWait);
        return taken > 0 ? taken : -Math.Max(Marshal.GetLastPInvokeError(), 1);
    }

    /// <summary>Deals with the one message the kernel refused. Returns how many messages are done with.</summary>
    private int Fail(int i, int errno)
    {
        if (errno == Errno.Interrupted) return 0;
        if (errno == Errno.Again)
        {
            _full = true;
            return 0;
        }

        if (SentWithoutSource(i, errno)) return 1;
        if (Length(i) > _segmentSizes[i] && Errno.RefusesSegmentation(errno)) SendOneByOne(i);
        else _counters.CountSendDrop(Errno.ToDrop(errno), Datagrams(i));
        return 1;
    }

    /// <summary>
    /// A source address that is no longer ours is no reason to fall silent: let the route choose. Tried before giving up
    /// segmentation, which is refused with the same error.
    /// </summary>
    private bool SentWithoutSource(int i, int errno)
    {
        if (_sourceControl[i] == 0 || !Errno.RefusesSource(errno)) return false;
        ref var message = ref _table.Messages[i];
        var whole = message.ControlLength;
        message.ControlLength -= (nuint)_sourceControl[i];
        if (Call(i, 1) > 0)
        {
            _counters.SourcesReplaced++;
            CountSent(i, 1);
            return true;
        }

        message.ControlLength = whole;
        return false;
    }

    private void SendOneByOne(int i)
    {
        _counters.SegmentationFallbacks++;
        ref var vector = ref _table.Vector(i);
        var start = vector.Base;
        var (length, delivered) = (Length(i), _counters.DatagramsOut);
        _table.Messages[i].Control += _segmentControl[i];
        _table.Messages[i].ControlLength = (nuint)_sourceControl[i];
        for (var at = 0; at < length; at += _segmentSizes[i])
        {
            vector.Base = start + at;
            vector.Length = (nuint)Math.Min(_segmentSizes[i], length - at);
            if (_full) _counters.CountSendDrop(SendDrop.WouldBlock);
            else SendSingle(i);
        }

        if (_counters.DatagramsOut > delivered) _unsegmented.Add(_remotes[i]);
    }

    private void SendSingle(int i)
    {
        var taken = Call(i, 1);
        if (taken > 0) CountSent(i, 1);
        else if (Fail(i, -taken) == 0) _counters.CountSendDrop(SendDrop.WouldBlock);
    }

    private void CountSent(int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            var datagrams = Datagrams(i);
            _counters.DatagramsOut += datagrams;
            _counters.BytesOut += Length(i);
            if (datagrams == 1) continue;
            _counters.SegmentedRuns++;
            _counters.SegmentsOut += datagrams;
        }
    }

    private int Length(int i) => (int)_table.Vector(i).Length;

    private int Datagrams(int i) => (Length(i) + _segmentSizes[i] - 1) / _segmentSizes[i];
}
