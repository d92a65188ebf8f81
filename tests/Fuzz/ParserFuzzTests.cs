using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Fuzz.Tests.Targets;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Sylk.Conference.Fuzz.Tests;

public class ParserFuzzTests(ITestOutputHelper output)
{
    [Fact(DisplayName = "Z-01 STUN: written again it says the same, integrity is ours to the bit")]
    public void Stun() => Run(StunTarget.Target);

    [Fact(DisplayName = "Z-02 UDP entry of a shard: nothing unauthentic is answered or changes anything, in three states")]
    public void UdpEntry() => Run(UdpEntryTarget.Target);

    [Fact(DisplayName = "Z-03 DTLS intake: records and fragments in any order stay within L4, a genuine hello is answered")]
    public void DtlsIntake() => Run(DtlsIntakeTarget.Target);

    [Fact(DisplayName = "Z-04 SRTP and SRTCP: only genuine packets, and refusals change nothing")]
    public void Srtp() => Run(SrtpTarget.Target);

    [Fact(DisplayName = "Z-05 RTP: header, extensions and RTX survive writing again")]
    public void Rtp() => Run(RtpTarget.Target);

    [Fact(DisplayName = "Z-06 VP8 descriptor: rewritten numbers read back, all else stays")]
    public void Vp8() => Run(VideoDescriptorTargets.Vp8);

    [Fact(DisplayName = "Z-06 VP8 picture ids out are monotone, one to a picture")]
    public void Pictures() => Run(PictureScript.Target);

    [Fact(DisplayName = "Z-06 VP9 descriptor: patched numbers read back, all else stays")]
    public void Vp9() => Run(VideoDescriptorTargets.Vp9);

    [Fact(DisplayName = "Z-07 AV1 payload: elements stay inside")]
    public void Av1() => Run(Av1Targets.Payload);

    [Fact(DisplayName = "Z-07 dependency descriptor: layers, targets and differences stay in bounds")]
    public void Dependencies() => Run(Av1Targets.Dependencies);

    [Fact(DisplayName = "Z-08 H.264 payload: no read past the payload")]
    public void H264() => Run(NalTargets.H264);

    [Fact(DisplayName = "Z-08 H.265 payload: no read past the payload")]
    public void H265() => Run(NalTargets.H265);

    [Fact(DisplayName = "Z-09 RTCP: every block written again reads the same")]
    public void Rtcp() => Run(RtcpTarget.Target);

    [Fact(DisplayName = "Z-10 RED and Opus TOC: octets survive writing again")]
    public void Red() => Run(RedTarget.Target);

    [Fact(DisplayName = "Z-11 NACK list: only what is missing, not too soon, not too often")]
    public void Nack() => Run(NackScript.Target);

    [Fact(DisplayName = "Z-11 keyframe requests stay within L7, and a wish that may be fulfilled is")]
    public void Keyframes() => Run(KeyframeScript.Target);

    [Fact(DisplayName = "Z-11 resends are what was sent, within L8")]
    public void Resends() => Run(ResendScript.Target);

    [Fact(DisplayName = "Z-11 transport-wide feedback tells of all that came, when it came")]
    public void Feedback() => Run(FeedbackScript.Target);

    [Fact(DisplayName = "Z-12 SCTP and DCEP: within L9 at bounded memory, and no wake-up for nothing")]
    public void Sctp() => Run(SctpTarget.Target);

    [Fact(DisplayName = "Z-13 SDP: parse, print and answer survive any text")]
    public void Sdp() => Run(SdpTarget.Target);

    [Fact(DisplayName = "Z-13 SDP of telephones: any offer is answered by the rules or refused, and again the same")]
    public void Legs() => Run(LegTarget.Target);

    [Fact(DisplayName = "Z-13 ICE candidate line: printed it reads the same")]
    public void Candidate() => Run(CandidateTarget.Target);

    [Fact(DisplayName = "Z-14 SIP stream framing: however it is cut the frames are the same")]
    public void SipFraming() => Run(SipTargets.Framing);

    [Fact(DisplayName = "Z-15 SIP message: lenient and strict agree, and whatever comes our answer is in order")]
    public void SipMessage() => Run(SipTargets.Message);

    [Fact(DisplayName = "Z-16 MSRP stream: split anywhere it is the same, bodies to the byte, within L13")]
    public void Msrp() => Run(MsrpTarget.Stream);

    [Fact(DisplayName = "Z-17 CPIM: written again it says the same, and nothing more")]
    public void Cpim() => Run(MessagingTargets.Cpims);

    [Fact(DisplayName = "Z-17 is-composing, IMDN and PIDF documents survive writing again")]
    public void MessagingDocuments() => Run(MessagingTargets.Documents);

    [Fact(DisplayName = "Z-18 XMPP component stream: however it is cut the stanzas are the same, written again they say the same")]
    public void Xmpp() => Run(XmppTarget.Stream);

    [Fact(DisplayName = "Z-20 SIP digest header: no stranger gets in, and our answer reads back")]
    public void SipDigest() => Run(SipTargets.Digest);

    private void Run(FuzzTarget target)
    {
        var report = FuzzRun.FromEnvironment(target);
        output.WriteLine(report.ToString());
        Console.WriteLine(report.Summary);

        Assert.True(report.Findings.Count == 0, report.Summary);
        Assert.True(report.AcceptedPart >= target.LeastAccepted, report.Summary);
    }
}
