using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>
/// The phones of one node, as doors see them: RTP legs, their prompts and their place in the room's mix. The leg lives on the
/// room's home; its dialog lives where the call came in.
/// </summary>
public interface ILegEngine
{
    /// <summary>
    /// Makes the leg when there is none, and takes one step of offer and answer (RFC 3264). Without a remote description the
    /// result is our offer; with an offer it is our answer; with an answer it is empty. A refused step changes nothing.
    /// </summary>
    ValueTask<LegAnswer> NegotiateAsync(LegOffer offer);

    /// <returns>Null when it is done.</returns>
    ValueTask<MediaError?> OrderAsync(LegOrder order);

    /// <summary>Stops sending at once; the ports are kept for a while so that nobody else gets what is still on its way.</summary>
    ValueTask<MediaError?> CloseAsync(string room, long epoch, string legId);
}

/// <summary>Hears what happens on legs. Called on phone threads: enqueue and return.</summary>
public interface ILegListener
{
    void OnLeg(LegEvent happened);
}

/// <summary>How a leg's media may be protected (product §15, <c>Sip:MediaEncryption</c>).</summary>
public enum LegEncryption : byte { Off, Allow, Require }

/// <param name="LegId">The participant's id.</param>
/// <param name="Remote">Their description (application/sdp); null to be asked for ours.</param>
/// <param name="IsAnswer">True: <paramref name="Remote"/> answers our offer.</param>
/// <param name="SignallingSource">The IP address the signalling comes from; symmetric RTP is measured against it (MED-1).</param>
/// <param name="IsSecureHop">Signalling came over TLS: SDES keys may be used (TS-22).</param>
/// <param name="Shape">With no <paramref name="Remote"/>: their last description, where the engine has no part in the call so far.</param>
public sealed record LegOffer(
    string Room, long Epoch, string LegId, string? Remote, bool IsAnswer, string SignallingSource, bool IsSecureHop, LegEncryption Encryption,
    string? Shape = null)
{
    /// <summary>Our offer holds them (RFC 3264 section 8.4).</summary>
    public bool Holds { get; init; }

    /// <summary>Our first offer has video, where phones have it at all.</summary>
    public bool OffersVideo { get; init; }
}

/// <param name="Error"><see cref="MediaErrorCode.MediaIncompatible"/> is 488 with <paramref name="Warning"/> (RFC 3261 section 20.43).</param>
/// <param name="Sdp">Our offer or answer; empty when the step needs none.</param>
/// <param name="IsHeld">The other end holds us (RFC 3264 section 8.4).</param>
/// <param name="HasAudio">There is sound in at least one direction.</param>
public sealed record LegAnswer(MediaError? Error, string Sdp, bool IsHeld, bool HasAudio, int Warning = 0)
{
    /// <summary>Video was agreed on, in whatever direction.</summary>
    public bool HasVideo { get; init; }

    /// <summary>Their camera may be shown.</summary>
    public bool SeesVideo { get; init; }

    public static LegAnswer Refused(MediaErrorCode code, string detail, int warning = 0) => new(new MediaError(code, detail), "", false, false, warning);
}

/// <remarks>The list of kinds is all that is ever read from another node (TA-04).</remarks>
[JsonDerivedType(typeof(EnterMix), "enterMix")]
[JsonDerivedType(typeof(PlayPrompts), "playPrompts")]
[JsonDerivedType(typeof(StopPrompts), "stopPrompts")]
[JsonDerivedType(typeof(PlayToPhones), "playToPhones")]
[JsonDerivedType(typeof(SetMusic), "setMusic")]
[JsonDerivedType(typeof(SetLegMuted), "setLegMuted")]
[JsonDerivedType(typeof(SetLegVolume), "setLegVolume")]
[JsonDerivedType(typeof(SendDigits), "sendDigits")]
[JsonDerivedType(typeof(HoldLeg), "holdLeg")]
[JsonDerivedType(typeof(EnterVideo), "enterVideo")]
[JsonDerivedType(typeof(PreferTracks), "preferTracks")]
[JsonDerivedType(typeof(RefreshPicture), "refreshPicture")]
public abstract record LegOrder(string Room, long Epoch, string LegId);

/// <summary>Out of the lobby: the leg hears the room and the room hears it.</summary>
/// <param name="TrackId">The id of its voice in the room.</param>
public sealed record EnterMix(string Room, long Epoch, string LegId, string TrackId, bool Muted) : LegOrder(Room, Epoch, LegId);

/// <summary>Plays prompts to this leg alone, one after the other, over music and mix (which is 12 dB lower meanwhile).</summary>
/// <param name="Prompts">Names as in <c>sounds/{lang}</c>; <c>number:17</c> is a spoken number. An unknown one is skipped.</param>
/// <param name="Language">Of the room or the server; falls back to <c>en</c>.</param>
/// <param name="Tag">Comes back in <see cref="LegPromptsEnded"/>.</param>
public sealed record PlayPrompts(string Room, long Epoch, string LegId, ImmutableArray<string> Prompts, string Language, string Tag) : LegOrder(Room, Epoch, LegId);

public sealed record StopPrompts(string Room, long Epoch, string LegId) : LegOrder(Room, Epoch, LegId);

/// <summary>Plays prompts to every leg in the room's mix, and to nobody else.</summary>
public sealed record PlayToPhones(string Room, long Epoch, string LegId, ImmutableArray<string> Prompts, string Language) : LegOrder(Room, Epoch, LegId);

/// <summary>Music on hold, at −20 dB, until told otherwise (FOC-6).</summary>
public sealed record SetMusic(string Room, long Epoch, string LegId, bool On) : LegOrder(Room, Epoch, LegId);

/// <summary>Muted at the server: before the mix and before the browsers (FOC-7).</summary>
public sealed record SetLegMuted(string Room, long Epoch, string LegId, bool Muted) : LegOrder(Room, Epoch, LegId);

/// <param name="Steps">Of 3 dB, from −4 to +4; what this leg hears.</param>
public sealed record SetLegVolume(string Room, long Epoch, string LegId, int Steps) : LegOrder(Room, Epoch, LegId);

/// <summary>Out of the room's mix and back: held by us, it hears music and no room, and no room hears it.</summary>
public sealed record HoldLeg(string Room, long Epoch, string LegId, bool On) : LegOrder(Room, Epoch, LegId);

/// <summary>Presses keys towards the other end (RFC 4733).</summary>
public sealed record SendDigits(string Room, long Epoch, string LegId, string Digits) : LegOrder(Room, Epoch, LegId);

/// <summary>What the room says about the leg's camera; it goes out of the room with the section that carries it.</summary>
/// <param name="TrackId">The id of its camera in the room; empty when it may not be shown.</param>
public sealed record EnterVideo(string Room, long Epoch, string LegId, string TrackId, bool Muted) : LegOrder(Room, Epoch, LegId);

/// <param name="TrackIds">What the leg is shown before whoever speaks, the first that it can decode (spotlight).</param>
public sealed record PreferTracks(string Room, long Epoch, string LegId, ImmutableArray<string> TrackIds) : LegOrder(Room, Epoch, LegId);

/// <summary>The other end asked by signalling for a keyframe of what it is shown (RFC 5168).</summary>
public sealed record RefreshPicture(string Room, long Epoch, string LegId) : LegOrder(Room, Epoch, LegId);

[JsonDerivedType(typeof(LegDigit), "legDigit")]
[JsonDerivedType(typeof(LegWantsPicture), "legWantsPicture")]
[JsonDerivedType(typeof(LegPromptsEnded), "legPromptsEnded")]
[JsonDerivedType(typeof(LegHeard), "legHeard")]
[JsonDerivedType(typeof(LegSilent), "legSilent")]
[JsonDerivedType(typeof(LegFailed), "legFailed")]
[JsonDerivedType(typeof(LegTalksMuted), "legTalksMuted")]
public abstract record LegEvent(string Room, string LegId);

/// <param name="Digit">0–9, *, #, A–D; each press once (FOC-3).</param>
public sealed record LegDigit(string Room, string LegId, char Digit) : LegEvent(Room, LegId);

public sealed record LegPromptsEnded(string Room, string LegId, string Tag) : LegEvent(Room, LegId);

/// <summary>The first packet of theirs that counted.</summary>
public sealed record LegHeard(string Room, string LegId) : LegEvent(Room, LegId);

/// <summary>Nothing came for so long while something should have: ask the other end, and hang up at 60 s (FOC-9).</summary>
/// <param name="Seconds">30 or 60.</param>
public sealed record LegSilent(string Room, string LegId, int Seconds) : LegEvent(Room, LegId);

/// <summary>Keys for the media were never agreed on: hang up with 488 (RFC 5763).</summary>
public sealed record LegFailed(string Room, string LegId, string Reason) : LegEvent(Room, LegId);

/// <summary>Speaks loudly though muted; at most every 30 s (FOC-7).</summary>
public sealed record LegTalksMuted(string Room, string LegId) : LegEvent(Room, LegId);

/// <summary>A keyframe of its camera is wanted, and it can be asked by signalling only; at most once a second.</summary>
public sealed record LegWantsPicture(string Room, string LegId) : LegEvent(Room, LegId);
