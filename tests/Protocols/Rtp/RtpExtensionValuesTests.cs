using Sylk.Conference.Protocols.Rtp;
using static Sylk.Conference.Protocols.Tests.Rtp.Bytes;

namespace Sylk.Conference.Protocols.Tests.Rtp;

public sealed class RtpExtensionValuesTests
{
    private readonly byte[] _buffer = new byte[16];

    [Fact]
    public void Audio_level_keeps_voice_flag_and_level()
    {
        new AudioLevel(true, 45).Write(_buffer);
        Assert.Equal(0xAD, _buffer[0]);
        Assert.True(AudioLevel.TryRead(_buffer, out var level));
        Assert.Equal(new AudioLevel(true, 45), level);
        Assert.False(AudioLevel.TryRead([], out _));
    }

    [Fact]
    public void Abs_send_time_is_6_18_seconds_and_wraps_at_64()
    {
        Assert.Equal(0x04_0000u, AbsSendTime.From(Instant.FromMilliseconds(1000)).Units);
        Assert.Equal(0x04_0000u, AbsSendTime.From(Instant.FromMilliseconds(65_000)).Units);
        Assert.Equal(0x02_0000u, AbsSendTime.From(Instant.FromMilliseconds(500)).Units);
        new AbsSendTime(0x123456).Write(_buffer);
        Assert.Equal(Hex("123456"), _buffer[..3]);
        Assert.True(AbsSendTime.TryRead(_buffer.AsSpan(0, 3), out var time));
        Assert.Equal(0x123456u, time.Units);
        Assert.Equal(1_000_000, new AbsSendTime(0x04_0000).Microseconds);
        Assert.False(AbsSendTime.TryRead(_buffer.AsSpan(0, 2), out _));
    }

    [Fact]
    public void Orientation_has_camera_flip_and_rotation_bits()
    {
        new VideoOrientation(true, false, 3).Write(_buffer);
        Assert.Equal(0x0B, _buffer[0]);
        Assert.True(VideoOrientation.TryRead(Hex("06"), out var orientation));
        Assert.Equal(new VideoOrientation(false, true, 2), orientation);
    }

    [Fact]
    public void Capture_time_has_a_short_and_a_long_form()
    {
        var full = new AbsCaptureTime(0x0102030405060708, -2);
        full.Write(_buffer);
        Assert.Equal(Hex("0102030405060708 FFFFFFFFFFFFFFFE"), _buffer);
        Assert.True(AbsCaptureTime.TryRead(_buffer, out var read));
        Assert.Equal(full, read);
        Assert.True(AbsCaptureTime.TryRead(_buffer.AsSpan(0, 8), out read));
        Assert.Null(read.ClockOffset);
        Assert.False(AbsCaptureTime.TryRead(_buffer.AsSpan(0, 9), out _));
    }

    [Fact]
    public void Playout_delay_is_two_times_twelve_bits_of_ten_milliseconds()
    {
        new PlayoutDelay(0x123 * 10, 0x456 * 10).Write(_buffer);
        Assert.Equal(Hex("123456"), _buffer[..3]);
        Assert.True(PlayoutDelay.TryRead(_buffer.AsSpan(0, 3), out var delay));
        Assert.Equal(new PlayoutDelay(2910, 11_100), delay);
    }

    [Fact]
    public void Every_known_uri_has_its_own_kind()
    {
        var uris = typeof(RtpExtensionUri).GetFields().Select(f => (string)f.GetRawConstantValue()!).ToArray();
        Assert.Equal(12, uris.Select(RtpExtensionUri.KindOf).Where(k => k != RtpExtensionKind.None).Distinct().Count());
        Assert.Equal(RtpExtensionKind.None, RtpExtensionUri.KindOf("urn:x"));
    }
}
