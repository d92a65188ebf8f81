using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Rtp;

/// <summary>Client-to-mixer audio level (RFC 6464 section 3).</summary>
/// <param name="Voice">The sender believes there is speech.</param>
/// <param name="Level">Loudness as -dBov: 0 the loudest, 127 digital silence.</param>
public readonly record struct AudioLevel(bool Voice, byte Level)
{
    public const int Octets = 1;

    public static bool TryRead(ReadOnlySpan<byte> value, out AudioLevel level)
    {
        level = value.IsEmpty ? default : new AudioLevel((value[0] & 0x80) != 0, (byte)(value[0] & 0x7F));
        return !value.IsEmpty;
    }

    /// <param name="value">At least one octet.</param>
    public void Write(Span<byte> value) => value[0] = (byte)((Voice ? 0x80 : 0) | (Level > 127 ? 127 : Level));
}

/// <summary>Time of sending as 24 bits of 6.18 fixed point seconds; it wraps each 64 s.</summary>
public readonly record struct AbsSendTime(uint Units)
{
    public const int Octets = 3;

    public static AbsSendTime From(Instant now) =>
        new((uint)((UInt128)(ulong)now.Nanoseconds * (1 << 18) / 1_000_000_000UL) & 0xFF_FFFF);

    /// <summary>Microseconds since the last wrap, 0 .. 63,999,999.</summary>
    public long Microseconds => (long)Units * 1_000_000 >> 18;

    public static bool TryRead(ReadOnlySpan<byte> value, out AbsSendTime time)
    {
        time = default;
        if (value.Length != Octets) return false;
        time = new AbsSendTime((uint)(value[0] << 16 | value[1] << 8 | value[2]));
        return true;
    }

    /// <param name="value">At least three octets.</param>
    public void Write(Span<byte> value)
    {
        value[2] = (byte)Units;
        value[1] = (byte)(Units >> 8);
        value[0] = (byte)(Units >> 16);
    }
}

/// <summary>The transport-wide sequence number (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 2).</summary>
public static class TransportCcSequence
{
    public const int Octets = 2;

    public static bool TryRead(ReadOnlySpan<byte> value, out ushort sequence) =>
        BinaryPrimitives.TryReadUInt16BigEndian(value, out sequence);

    /// <param name="value">At least two octets.</param>
    /// <param name="sequence">The number of the packet on its transport.</param>
    public static void Write(Span<byte> value, ushort sequence) => BinaryPrimitives.WriteUInt16BigEndian(value, sequence);
}

/// <summary>Coordination of video orientation (3GPP TS 26.114 section 7.4.5).</summary>
/// <param name="BackCamera">The camera faces away from the user.</param>
/// <param name="Flipped">The picture is mirrored left to right.</param>
/// <param name="QuarterTurns">Rotation to undo, in steps of 90 degrees, 0..3.</param>
public readonly record struct VideoOrientation(bool BackCamera, bool Flipped, byte QuarterTurns)
{
    public const int Octets = 1;

    public static bool TryRead(ReadOnlySpan<byte> value, out VideoOrientation orientation)
    {
        orientation = value.IsEmpty ? default : new((value[0] & 8) != 0, (value[0] & 4) != 0, (byte)(value[0] & 3));
        return !value.IsEmpty;
    }

    /// <param name="value">At least one octet.</param>
    public void Write(Span<byte> value) => value[0] = (byte)((BackCamera ? 8 : 0) | (Flipped ? 4 : 0) | (QuarterTurns & 3));
}

/// <summary>When the media was captured, by the clock of the capturer.</summary>
/// <param name="CaptureNtp">NTP time, 32.32 fixed point.</param>
/// <param name="ClockOffset">What to add to come to the clock of the sender of this packet, signed 32.32; null when not told.</param>
public readonly record struct AbsCaptureTime(ulong CaptureNtp, long? ClockOffset)
{
    public const int ShortOctets = 8;
    public const int LongOctets = 16;

    public int Octets => ClockOffset is null ? ShortOctets : LongOctets;

    public static bool TryRead(ReadOnlySpan<byte> value, out AbsCaptureTime time)
    {
        time = default;
        if (value.Length is not (ShortOctets or LongOctets)) return false;
        long? offset = value.Length == LongOctets ? BinaryPrimitives.ReadInt64BigEndian(value[8..]) : null;
        time = new AbsCaptureTime(BinaryPrimitives.ReadUInt64BigEndian(value), offset);
        return true;
    }

    /// <param name="value">At least <see cref="Octets"/> octets.</param>
    public void Write(Span<byte> value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(value, CaptureNtp);
        if (ClockOffset is { } offset) BinaryPrimitives.WriteInt64BigEndian(value[8..], offset);
    }
}

/// <summary>The playout delay a sender asks of receivers, both in milliseconds, 0..40,950 in steps of 10.</summary>
public readonly record struct PlayoutDelay(int MinimumMilliseconds, int MaximumMilliseconds)
{
    public const int Octets = 3;

    public static bool TryRead(ReadOnlySpan<byte> value, out PlayoutDelay delay)
    {
        delay = default;
        if (value.Length != Octets) return false;
        delay = new PlayoutDelay((value[0] << 4 | value[1] >> 4) * 10, ((value[1] & 0x0F) << 8 | value[2]) * 10);
        return true;
    }

    /// <param name="value">At least three octets.</param>
    public void Write(Span<byte> value)
    {
        var low = Math.Clamp(MinimumMilliseconds / 10, 0, 0xFFF);
        var high = Math.Clamp(MaximumMilliseconds / 10, 0, 0xFFF);
        value[2] = (byte)high;
        value[1] = (byte)(low << 4 | high >> 8);
        value[0] = (byte)(low >> 4);
    }
}
