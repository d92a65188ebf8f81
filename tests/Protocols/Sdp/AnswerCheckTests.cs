using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Protocols.Tests.Sdp;

public class AnswerCheckTests
{
    public static TheoryData<AnswerFault, Action<SessionDescription>> Faults => new()
    {
        { AnswerFault.None, _ => { } },
        { AnswerFault.SectionCount, answer => answer.Media.RemoveAt(4) },
        { AnswerFault.SectionKind, answer => (answer.Media[0], answer.Media[1]) = (answer.Media[1], answer.Media[0]) },
        { AnswerFault.Mid, answer => answer.Media[0].Mid = "x" },
        { AnswerFault.Mid, answer => answer.Media[0].Mid = null },
        { AnswerFault.Direction, answer => answer.Media[0].Direction = MediaDirection.SendRecv },
        { AnswerFault.PayloadType, answer => RenumberFirst(answer.Media[1], 100) },
        { AnswerFault.PayloadType, answer => answer.Media[0].Attributes.Set("rtpmap", "111 VP8/90000") },
        { AnswerFault.ExtensionId, answer => answer.Media[0].Attributes.Set("extmap", "9 urn:ietf:params:rtp-hdrext:sdes:mid") },
        { AnswerFault.Setup, answer => answer.Media[0].Setup = SetupRole.ActPass },
        { AnswerFault.Bundle, answer => answer.Attributes.Set("group", "BUNDLE 0 1 2 3 4") },
        { AnswerFault.Simulcast, answer => answer.Media[1].Attributes.Set("simulcast", "recv z") },
    };

    [Theory(DisplayName = "V-15 an answer that breaks a rule of its offer is found out")]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Illegal_answers_are_found_out(AnswerFault fault, Action<SessionDescription> spoil)
    {
        var offer = Given.Parsed(BrowserOffers.Chromium);
        var answer = Given.Answered(offer);
        spoil(answer);

        Assert.Equal(fault, AnswerCheck.Find(offer, answer));
    }

    [Fact(DisplayName = "A section that was offered with port 0 cannot be revived")]
    public void Stopped_sections_cannot_be_revived()
    {
        var offer = Given.Parsed(BrowserOffers.Chromium);
        var answer = Given.Answered(offer);
        offer.Media[3].Port = 0;

        Assert.Equal(AnswerFault.Revived, AnswerCheck.Find(offer, answer));
    }

    private static void RenumberFirst(MediaDescription media, int payloadType)
    {
        media.Formats[0] = $"{payloadType}";
        media.Attributes.Set("rtpmap", $"{payloadType} VP8/90000");
    }
}
