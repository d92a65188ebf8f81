using CsCheck;
using Sylk.Conference.Protocols.Rtcp;

namespace Sylk.Conference.Protocols.Tests.Rtcp;

public sealed class NtpTimeTests
{
    [Fact]
    public void The_unix_epoch_is_2208988800_seconds_after_the_ntp_epoch()
    {
        Assert.Equal(0x83AA_7E80_0000_0000u, NtpTime.FromUnixMicroseconds(0));
        Assert.Equal(0x83AA_7E80_8000_0000u, NtpTime.FromUnixMicroseconds(500_000));
        Assert.Equal(0x83AA_7E7F_8000_0000u, NtpTime.FromUnixMicroseconds(-500_000));
        Assert.Equal(0x7E80_8000u, NtpTime.Middle(NtpTime.FromUnixMicroseconds(500_000)));
    }

    [Fact]
    public void Microseconds_survive_the_round_trip() =>
        Gen.Long[0, 2_085_978_495_000_000].Sample(t => Assert.Equal(t, NtpTime.ToUnixMicroseconds(NtpTime.FromUnixMicroseconds(t))));

    [Fact(DisplayName = "RFC 3550 section 6.4.1 figure 2: the round trip of the example is 6.125 s")]
    public void Round_trip_example()
    {
        Assert.True(NtpTime.TryRoundTrip(0x0000_B710_8000_0000, 0xB705_2000, 0x0005_4000, out var micros));
        Assert.Equal(6_125_000, micros);
    }

    [Fact]
    public void A_round_trip_without_report_or_below_zero_is_none()
    {
        Assert.False(NtpTime.TryRoundTrip(0x0000_B710_8000_0000, 0, 5, out _));
        Assert.False(NtpTime.TryRoundTrip(0x0000_B710_8000_0000, 0xB710_8000, 1, out _));
        Assert.False(NtpTime.TryRoundTrip(0x0000_B710_8000_0000, 0x0000_0001, 1, out _));
    }

    [Fact]
    public void Durations_are_65536ths_of_a_second_and_clamped()
    {
        Assert.Equal(0x0001_8000u, NtpTime.ToShort(TimeSpan.FromMilliseconds(1500)));
        Assert.Equal(0u, NtpTime.ToShort(TimeSpan.FromSeconds(-1)));
        Assert.Equal(0xFFFF_FFFFu, NtpTime.ToShort(TimeSpan.FromDays(30)));
        Assert.Equal(-250_000, NtpTime.DifferenceMicroseconds(0x1_0000_0000, 0x1_4000_0000));
    }
}
