using System.Collections.Frozen;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>One string for each name that comes hundreds of times in a description.</summary>
internal static class AttributeNames
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Known = FrozenSet.ToFrozenSet(
    [
        "candidate", "end-of-candidates", "extmap", "fingerprint", "fmtp", "ice-options", "ice-pwd", "ice-ufrag", "inactive",
        "mid", "msid", "recvonly", "rid", "rtcp", "rtcp-fb", "rtcp-mux", "rtcp-rsize", "rtpmap", "sendonly", "sendrecv",
        "setup", "simulcast", "ssrc", "ssrc-group",
    ]).GetAlternateLookup<ReadOnlySpan<char>>();

    public static string Intern(ReadOnlySpan<char> name) => Known.TryGetValue(name, out var known) ? known : name.ToString();
}
