using System.Runtime.CompilerServices;

namespace Sylk.Conference.Protocols.Rtp;

/// <summary>The header extensions we know, see <see cref="RtpExtensionUri"/>.</summary>
public enum RtpExtensionKind : byte
{
    None,
    Mid,
    Rid,
    RepairedRid,
    AudioLevel,
    AbsSendTime,
    TransportCc,
    PlayoutDelay,
    AbsCaptureTime,
    VideoOrientation,
    DependencyDescriptor,
    VideoLayersAllocation,
    TransmissionOffset,
}

/// <summary>The ids one session negotiated for the extensions we know; id 0 means not negotiated.</summary>
public struct RtpExtensionIds
{
    internal const int KindCount = 13;
    private const int DirectIds = 16;
    private KindTable _idOf;
    private DirectTable _kindOf;

    public byte Mid { readonly get => this[RtpExtensionKind.Mid]; set => Set(RtpExtensionKind.Mid, value); }

    public byte Rid { readonly get => this[RtpExtensionKind.Rid]; set => Set(RtpExtensionKind.Rid, value); }

    public byte RepairedRid { readonly get => this[RtpExtensionKind.RepairedRid]; set => Set(RtpExtensionKind.RepairedRid, value); }

    public byte AudioLevel { readonly get => this[RtpExtensionKind.AudioLevel]; set => Set(RtpExtensionKind.AudioLevel, value); }

    public byte AbsSendTime { readonly get => this[RtpExtensionKind.AbsSendTime]; set => Set(RtpExtensionKind.AbsSendTime, value); }

    public byte TransportCc { readonly get => this[RtpExtensionKind.TransportCc]; set => Set(RtpExtensionKind.TransportCc, value); }

    public byte PlayoutDelay { readonly get => this[RtpExtensionKind.PlayoutDelay]; set => Set(RtpExtensionKind.PlayoutDelay, value); }

    public byte AbsCaptureTime
    {
        readonly get => this[RtpExtensionKind.AbsCaptureTime];
        set => Set(RtpExtensionKind.AbsCaptureTime, value);
    }

    public byte VideoOrientation
    {
        readonly get => this[RtpExtensionKind.VideoOrientation];
        set => Set(RtpExtensionKind.VideoOrientation, value);
    }

    public byte DependencyDescriptor
    {
        readonly get => this[RtpExtensionKind.DependencyDescriptor];
        set => Set(RtpExtensionKind.DependencyDescriptor, value);
    }

    public byte VideoLayersAllocation
    {
        readonly get => this[RtpExtensionKind.VideoLayersAllocation];
        set => Set(RtpExtensionKind.VideoLayersAllocation, value);
    }

    public byte TransmissionOffset
    {
        readonly get => this[RtpExtensionKind.TransmissionOffset];
        set => Set(RtpExtensionKind.TransmissionOffset, value);
    }

    /// <summary>The id of a kind, 0 when it was not negotiated.</summary>
    public readonly byte this[RtpExtensionKind kind] => (int)kind < KindCount ? _idOf[(int)kind] : (byte)0;

    /// <summary>Gives <paramref name="kind"/> an id; a kind that held the id before loses it.</summary>
    public void Set(RtpExtensionKind kind, byte id)
    {
        if (kind == RtpExtensionKind.None || (int)kind >= KindCount) return;
        Clear(kind);
        if (id == 0) return;
        Clear(KindOf(id));
        _idOf[(int)kind] = id;
        if (id < DirectIds) _kindOf[id] = (byte)kind;
    }

    /// <summary>The kind negotiated under <paramref name="id"/>.</summary>
    public readonly RtpExtensionKind KindOf(byte id)
    {
        if (id < DirectIds) return (RtpExtensionKind)_kindOf[id];
        for (var kind = 1; kind < KindCount; kind++)
            if (_idOf[kind] == id) return (RtpExtensionKind)kind;
        return RtpExtensionKind.None;
    }

    private void Clear(RtpExtensionKind kind)
    {
        var id = _idOf[(int)kind];
        _idOf[(int)kind] = 0;
        if (id is > 0 and < DirectIds) _kindOf[id] = 0;
    }

    [InlineArray(KindCount)]
    private struct KindTable
    {
        private byte _first;
    }

    [InlineArray(DirectIds)]
    private struct DirectTable
    {
        private byte _first;
    }
}
