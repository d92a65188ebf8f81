using System.Text;
using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols.Ice;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>Z-13: a candidate that is taken prints as a line that reads the same.</summary>
internal static class CandidateTarget
{
    public static FuzzTarget Target => new("Z-13-candidate", "ICE candidate line", Seeds(), () => Check)
    {
        Shape = SeedShape.Lines,
        MaxLength = 1500,
    };

    private static FuzzVerdict Check(ReadOnlySpan<byte> input)
    {
        var line = Encoding.UTF8.GetString(input);
        if (!IceCandidate.TryParse(line, out var candidate))
        {
            return FuzzVerdict.Refused;
        }

        candidate!.TryGetAddress(out _);
        var printed = candidate.ToString();
        return IceCandidate.TryParse(printed, out var again) && again == candidate
            ? FuzzVerdict.Accepted
            : FuzzVerdict.Violates($"printed as {printed}");
    }

    private static IReadOnlyList<byte[]> Seeds() =>
    [
        "candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1"u8.ToArray(),
        "candidate:2 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr 203.0.113.141 rport 8998"u8.ToArray(),
        "1 1 tcp 1518280447 2001:db8::1 9 typ host tcptype active"u8.ToArray(),
        "a=candidate:0 2 udp 1 c0ffee00-0000-4000-8000-000000000000.local 9 typ relay raddr 0.0.0.0 rport 0"u8.ToArray(),
    ];
}
