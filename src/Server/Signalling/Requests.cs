using System.Text.Json;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Signalling;

// What clients may say (product §7.3). Explicit records: a member that is not here is never bound. Who the sender is
// stands nowhere: that is the connection's.

internal sealed record JoinBody
{
    public string? Room { get; init; }
    public string? DisplayName { get; init; }
    public string? Token { get; init; }
    public string? Invite { get; init; }
    public string? Passcode { get; init; }

    /// <summary>The CSRF token of the cookie's session: joins as the person who signed in.</summary>
    public string? Session { get; init; }
    public int Protocol { get; init; } = 1;
    public Dictionary<string, string>? Attributes { get; init; }
    public NegotiateBody? Offer { get; init; }
    public ResumeBody? Resume { get; init; }
}

internal sealed record ResumeBody
{
    public string? SessionId { get; init; }
    public string? ResumeKey { get; init; }
}

internal sealed record NegotiateBody
{
    public int Seq { get; init; }

    /// <summary>As the answer to this connection's first offer said it; absent in that one. With an older one the offer is refused.</summary>
    public long? Epoch { get; init; }
    public string? Sdp { get; init; }
    public PublishBody[]? Publish { get; init; }
    public string[]? Unpublish { get; init; }
}

internal sealed record PublishBody
{
    public string? Mid { get; init; }
    public TrackSource Source { get; init; }
    public string? Name { get; init; }
    public bool Muted { get; init; }
    public bool Simulcast { get; init; }
    public string? ContentHint { get; init; }
}

internal sealed record CandidatesBody
{
    public CandidateBody[]? Candidates { get; init; }
}

internal sealed record CandidateBody
{
    public string? Candidate { get; init; }
}

internal sealed record SetViewBody
{
    public long ViewRev { get; init; }
    public SlotBody[]? Slots { get; init; }
    public AudioBody? Audio { get; init; }
    public bool Paused { get; init; }
}

internal sealed record SlotBody
{
    public string? Mid { get; init; }

    /// <summary><c>null</c> for nothing; left out for automatic.</summary>
    public JsonElement Want { get; init; }
    public int Width { get; init; }
    public int Height { get; init; }
    public int Priority { get; init; }
}

internal sealed record AudioBody
{
    public string? Mode { get; init; }
    public string[]? TrackIds { get; init; }
}

internal sealed record TrackMutedBody
{
    public string? TrackId { get; init; }
    public bool Muted { get; init; }
}

internal sealed record UpdateSelfBody
{
    public string? DisplayName { get; init; }
    public bool? HandRaised { get; init; }
    public Dictionary<string, string>? Attributes { get; init; }
    public bool? Away { get; init; }
}

internal sealed record ReactBody
{
    public string? Emoji { get; init; }
}

internal sealed record DialBody
{
    public string? Address { get; init; }
    public string? DisplayName { get; init; }

    /// <summary>member or listener; moderator for moderators.</summary>
    public string? Role { get; init; }

    /// <summary>`audio`, and `video` to offer it too; `audio` when left out.</summary>
    public string[]? Media { get; init; }

    /// <summary>They must press 1 before they come in.</summary>
    public bool AnnounceOnAnswer { get; init; }
}

internal sealed record CallBody
{
    public string? CallId { get; init; }
    public string? Digits { get; init; }
}

internal sealed record HoldBody
{
    public string? CallId { get; init; }
    public bool Held { get; init; }
}

internal sealed record TransferBody
{
    public string? CallId { get; init; }

    /// <summary>A room's name or address, or whom the server may call.</summary>
    public string? To { get; init; }
}

internal sealed record BeginFileBody
{
    public string? Name { get; init; }
    public long Size { get; init; }
    public string? ContentType { get; init; }
    public string? Sha256 { get; init; }
}

internal sealed record FileBody
{
    public string? FileId { get; init; }
}

internal sealed record SendChatBody
{
    public string? ClientId { get; init; }
    public string? Content { get; init; }
    public string ContentType { get; init; } = "text/plain";
    public string? To { get; init; }
    public string? ReplyTo { get; init; }
    public bool Action { get; init; }
}

internal sealed record EditChatBody
{
    public string? MessageId { get; init; }
    public string? Content { get; init; }
}

internal sealed record AcknowledgeChatBody
{
    public string? MessageId { get; init; }

    /// <summary><c>delivered</c> or <c>displayed</c>.</summary>
    public string? State { get; init; }
}

internal sealed record MessageBody
{
    public string? MessageId { get; init; }
}

internal sealed record TypingBody
{
    /// <summary><c>active</c> or <c>idle</c>.</summary>
    public string? State { get; init; }
    public string? To { get; init; }
}

internal sealed record LoadChatBody
{
    public string? Before { get; init; }
    public int Limit { get; init; } = 50;
}

internal sealed record SendDataBody
{
    public string? Topic { get; init; }

    /// <summary>Base64.</summary>
    public string? Payload { get; init; }
    public string[]? To { get; init; }
    public bool Reliable { get; init; }
}

/// <summary>What a client measured at its end; product §7.3 <c>ReportStats</c>, every 10 s.</summary>
internal sealed record StatsBody
{
    public double? RttMs { get; init; }
    public double? LossPercent { get; init; }
    public double? JitterMs { get; init; }
    public double? AvailableOutgoingBps { get; init; }
    public double Freezes { get; init; }

    /// <summary>The encoder is held back by a busy machine.</summary>
    public bool CpuLimited { get; init; }

    /// <summary>The encoder is held back by the uplink.</summary>
    public bool BandwidthLimited { get; init; }
    public string? CandidatePair { get; init; }
    public StatsSlotBody?[]? Slots { get; init; }
}

internal sealed record StatsSlotBody
{
    public string? Mid { get; init; }
    public double BitrateBps { get; init; }
    public double LossPercent { get; init; }
    public double JitterMs { get; init; }
    public double Freezes { get; init; }
}

internal sealed record SdpBody
{
    public string? Sdp { get; init; }
}

internal sealed record EmptyBody;

internal sealed record TargetBody
{
    public string? ParticipantId { get; init; }
    public string? Source { get; init; }
    public string? Ban { get; init; }
    public string? Reason { get; init; }
    public ParticipantRole Role { get; init; } = ParticipantRole.Member;
}

internal sealed record AdmitBody
{
    public string? ParticipantId { get; init; }
    public bool All { get; init; }
}

internal sealed record DenyBody
{
    public string? ParticipantId { get; init; }
    public string? Message { get; init; }
}

internal sealed record CapsBody
{
    public string? ParticipantId { get; init; }
    public string[]? Caps { get; init; }
}

internal sealed record SpotlightBody
{
    public string[]? TrackIds { get; init; }
}

internal sealed record HandsBody
{
    public string[]? ParticipantIds { get; init; }
}

internal sealed record MuteAllBody
{
    public string? Source { get; init; }
    public string[]? Except { get; init; }
    public bool LockUnmute { get; init; }
}

internal sealed record UpdateRoomBody
{
    public string? Title { get; init; }
    public bool? Locked { get; init; }
    public bool? WaitingRoom { get; init; }

    /// <summary>Empty takes it away.</summary>
    public string? Passcode { get; init; }
    public AccessBody? Access { get; init; }
    public FeaturesBody? Features { get; init; }
}

internal sealed record AccessBody
{
    public bool? Locked { get; init; }
    public bool? WaitingRoom { get; init; }
}

internal sealed record FeaturesBody
{
    public bool? Chat { get; init; }
    public bool? Files { get; init; }
    public bool? Screen { get; init; }
    public bool? Video { get; init; }

    /// <summary><c>everyone</c> or <c>moderators</c>.</summary>
    public string? Unmute { get; init; }
    public bool? Rename { get; init; }
    public bool? AllowMultipleShares { get; init; }
}
