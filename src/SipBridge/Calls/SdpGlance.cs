using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>What an answer says about the sound, for people to read; negotiation is the media engine's.</summary>
internal static class SdpGlance
{
    public static CallInfo Fill(CallInfo call, string sdp)
    {
        var lines = sdp.Split('\n', StringSplitOptions.TrimEntries);
        var media = lines.FirstOrDefault(line => line.StartsWith("m=audio ", StringComparison.Ordinal))?.Split(' ');
        if (media is not { Length: > 3 })
            return call;
        var map = lines.FirstOrDefault(line => line.StartsWith($"a=rtpmap:{media[3]} ", StringComparison.Ordinal));
        var codec = map is null ? Fixed(media[3]) : map[(map.IndexOf(' ', StringComparison.Ordinal) + 1)..].Split('/')[0];
        var encryption = lines.Any(line => line.StartsWith("a=fingerprint:", StringComparison.Ordinal)) ? "dtls"
            : lines.Any(line => line.StartsWith("a=crypto:", StringComparison.Ordinal)) ? "sdes" : "none";
        return call with { Codec = codec, Encryption = encryption };
    }

    /// <summary>Payload types that need no map (RFC 3551).</summary>
    private static string? Fixed(string type) => type switch
    {
        "0" => "PCMU",
        "8" => "PCMA",
        "9" => "G722",
        _ => null,
    };
}
