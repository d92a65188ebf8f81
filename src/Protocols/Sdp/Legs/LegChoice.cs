using System.Collections.Immutable;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>Which protection and which codecs a section of theirs and our end have in common.</summary>
internal static class LegChoice
{
    /// <returns>Null when the section cannot be taken under this policy.</returns>
    public static LegSecurity? Protect(LegRemote remote, LegPolicy policy, LegCapabilities ours)
    {
        if (!remote.IsKnownProtocol)
        {
            return null;
        }

        var best = BestKeys(remote, policy, ours);
        if (policy.Protection == LegProtection.Off)
        {
            return remote.IsAvp ? LegSecurity.Plain : null;
        }

        var plain = remote.IsAvp && policy.Protection == LegProtection.Allow ? LegSecurity.Plain : (LegSecurity?)null;
        return best ?? plain;
    }

    /// <summary>Codecs of both ends in our order, with their numbers (RFC 3264 section 6.1).</summary>
    public static ImmutableArray<LegFormat> Formats(LegRemote remote, LegCapabilities ours)
    {
        var formats = ImmutableArray.CreateBuilder<LegFormat>();
        foreach (var codec in ours.Codecs)
        {
            if (remote.Codecs.FirstOrDefault(candidate => codec.Fits(candidate)) is { } offered)
            {
                formats.Add(new LegFormat(codec, offered.PayloadType, offered.PayloadType, offered.Parameters));
            }
        }

        return formats.ToImmutable();
    }

    /// <summary>Keys at the clock rates of the codecs; with Opus alone those at 8,000 Hz too, which many offer by themselves.</summary>
    public static ImmutableArray<LegKeys> Keys(LegRemote remote, ImmutableArray<LegFormat> formats)
    {
        var keys = ImmutableArray.CreateBuilder<LegKeys>();
        foreach (var offered in remote.Codecs)
        {
            var fits = offered.IsNamed(LegCodecs.TelephoneEvent) && !keys.Any(known => known.ClockRate == offered.ClockRate)
                && (offered.ClockRate == 8_000 || formats.Any(format => format.Codec.ClockRate == offered.ClockRate));
            if (fits)
            {
                keys.Add(new LegKeys(offered.ClockRate, offered.PayloadType, offered.PayloadType));
            }
        }

        return keys.ToImmutable();
    }

    public static int? ComfortNoise(LegRemote remote, LegCapabilities ours) => ours.ComfortNoise
        ? remote.Codecs.FirstOrDefault(offered => offered.IsNamed("CN") && offered.ClockRate == 8_000)?.PayloadType
        : null;

    private static LegSecurity? BestKeys(LegRemote remote, LegPolicy policy, LegCapabilities ours)
    {
        if (!remote.Fingerprints.IsEmpty && ours.Fingerprint is not null)
        {
            return LegSecurity.Dtls;
        }

        return policy.MaySendKeys && !remote.IsDtlsSavp && remote.CryptoLines().Any() ? LegSecurity.Sdes : null;
    }
}
