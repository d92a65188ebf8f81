namespace Sylk.Conference.Protocols.Sdp;

/// <summary>How an answer breaks the rules of its offer.</summary>
public enum AnswerFault
{
    None,
    SectionCount,
    SectionKind,
    Mid,

    /// <summary>A section accepted that the offer had rejected.</summary>
    Revived,
    Direction,

    /// <summary>A payload type the offer does not have, or another codec behind it.</summary>
    PayloadType,
    ExtensionId,
    Setup,
    RtcpMux,

    /// <summary>The group holds a section that was not offered in it, or a rejected one.</summary>
    Bundle,
    Simulcast,
}

/// <summary>Whether an answer is a legal one to an offer (RFC 3264 §6, RFC 9143 §7.3, RFC 8853 §5.3.2).</summary>
public static class AnswerCheck
{
    public static AnswerFault Find(SessionDescription offer, SessionDescription answer)
    {
        if (offer.Media.Count != answer.Media.Count)
        {
            return AnswerFault.SectionCount;
        }

        for (var i = 0; i < offer.Media.Count; i++)
        {
            var (offered, answered) = (offer.Media[i], answer.Media[i]);
            var fault = FindIdentityFault(offered, answered);
            if (fault == AnswerFault.None && answered.Port != 0)
            {
                fault = FindSectionFault(offer, offered, answer, answered);
            }

            if (fault != AnswerFault.None)
            {
                return fault;
            }
        }

        return HasLegalBundle(offer, answer) ? AnswerFault.None : AnswerFault.Bundle;
    }

    private static AnswerFault FindIdentityFault(MediaDescription offered, MediaDescription answered) =>
        offered.KindName != answered.KindName ? AnswerFault.SectionKind
        : answered.Mid is { } mid && mid != offered.Mid ? AnswerFault.Mid
        : answered.Port != 0 && answered.Mid != offered.Mid ? AnswerFault.Mid
        : answered.Port != 0 && !offered.IsOffered ? AnswerFault.Revived
        : AnswerFault.None;

    private static AnswerFault FindSectionFault(
        SessionDescription offer, MediaDescription offered, SessionDescription answer, MediaDescription answered)
    {
        var direction = answer.DirectionOf(answered);
        if (AnswerBuilder.Limit(direction, offer.DirectionOf(offered)) != direction)
        {
            return AnswerFault.Direction;
        }

        if (answered.RtcpMux && !offered.RtcpMux)
        {
            return AnswerFault.RtcpMux;
        }

        if (!IsLegalSetup(offer.SetupOf(offered), answer.SetupOf(answered)))
        {
            return AnswerFault.Setup;
        }

        return !HasLegalCodecs(offered, answered) ? AnswerFault.PayloadType
            : !HasLegalExtensions(offered, answered) ? AnswerFault.ExtensionId
            : !HasLegalSimulcast(offered, answered) ? AnswerFault.Simulcast
            : AnswerFault.None;
    }

    private static bool IsLegalSetup(SetupRole? offered, SetupRole? answered) => (offered, answered) switch
    {
        (_, null) => true,
        (SetupRole.ActPass, _) => answered != SetupRole.ActPass,
        (SetupRole.Passive, _) => answered is SetupRole.Active or SetupRole.HoldConn,
        (SetupRole.HoldConn, _) => answered == SetupRole.HoldConn,
        _ => answered is SetupRole.Passive or SetupRole.HoldConn,
    };

    private static bool HasLegalCodecs(MediaDescription offered, MediaDescription answered)
    {
        if (!offered.IsRtp)
        {
            return true;
        }

        var known = CodecReader.Read(offered);
        return CodecReader.Read(answered).TrueForAll(codec => known.Exists(offer =>
            offer.PayloadType == codec.PayloadType && offer.IsNamed(codec.Name) && offer.ClockRate == codec.ClockRate
            && (codec.RtxPayloadType is null || codec.RtxPayloadType == offer.RtxPayloadType)));
    }

    private static bool HasLegalExtensions(MediaDescription offered, MediaDescription answered)
    {
        var known = offered.Extensions.Select(extension => (extension.Id, extension.Uri)).ToHashSet();
        return answered.Extensions.All(extension => known.Contains((extension.Id, extension.Uri)));
    }

    private static bool HasLegalSimulcast(MediaDescription offered, MediaDescription answered)
    {
        if (answered.Simulcast is not { } simulcast)
        {
            return true;
        }

        return IsCovered(simulcast.Receive, offered.Simulcast?.Send) && IsCovered(simulcast.Send, offered.Simulcast?.Receive);
    }

    private static bool IsCovered(IReadOnlyList<IReadOnlyList<SimulcastRid>> part, IReadOnlyList<IReadOnlyList<SimulcastRid>>? whole)
    {
        var offered = (whole ?? []).SelectMany(stream => stream).Select(rid => rid.Id).ToHashSet();
        return part.SelectMany(stream => stream).All(rid => offered.Contains(rid.Id));
    }

    private static bool HasLegalBundle(SessionDescription offer, SessionDescription answer)
    {
        if (answer.Bundle is not { } bundle)
        {
            return true;
        }

        var offered = offer.Bundle?.Mids ?? [];
        return bundle.Mids.All(mid => offered.Contains(mid) && answer.FindMid(mid) is { Port: not 0 });
    }
}
