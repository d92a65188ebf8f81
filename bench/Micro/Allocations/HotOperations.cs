using Sylk.Conference.Micro.Srtp;
using Sylk.Conference.Protocols.Srtp;

namespace Sylk.Conference.Micro.Allocations;

/// <summary>One operation of the packet path: a name for the committed number, and how to set up what is then repeated.</summary>
internal sealed record HotOperation(string Name, Func<Action> Prepare);

/// <summary>Everything the gate measures. A new operation is one line here and <c>allocations --write</c>.</summary>
internal static class HotOperations
{
    public static IReadOnlyList<HotOperation> All { get; } =
    [
        new("srtp gcm-128 rtp 1200", () => Rtp(SrtpProfile.AeadAes128Gcm, 1200)),
        new("srtp gcm-128 rtp 160", () => Rtp(SrtpProfile.AeadAes128Gcm, 160)),
        new("srtp gcm-256 rtp 1200", () => Rtp(SrtpProfile.AeadAes256Gcm, 1200)),
        new("srtp cm-sha1 rtp 1200", () => Rtp(SrtpProfile.Aes128CmSha1_80, 1200)),
        new("srtp gcm-128 rtcp 100", () => Rtcp(SrtpProfile.AeadAes128Gcm, 100)),
        new("srtp cm-sha1 rtcp 100", () => Rtcp(SrtpProfile.Aes128CmSha1_80, 100)),
    ];

    private static Action Rtp(SrtpProfile profile, int bytes)
    {
        var flow = new SrtpFlow(profile, bytes);
        return () => flow.ProtectAndUnprotect();
    }

    private static Action Rtcp(SrtpProfile profile, int bytes)
    {
        var flow = new SrtpFlow(profile, bytes);
        return () => flow.ProtectAndUnprotectRtcp();
    }
}
