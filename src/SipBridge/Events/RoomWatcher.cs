using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.ConferenceInfo;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>One subscriber of a room and what it knows already. Used by its <see cref="RoomWatch"/> alone.</summary>
/// <param name="subscription">Accepted.</param>
/// <param name="phone">The participant whose call gives the right to know; null for named peers.</param>
internal sealed class RoomWatcher(SipSubscription subscription, string? phone)
{
    public SipSubscription Subscription => subscription;

    /// <summary>Where the first SUBSCRIBE came from.</summary>
    public required SipFlow Flow { get; init; }

    public string? Phone { get; set; } = phone;

    /// <summary>It came inside the phone's call: it is the phone, not just somebody at the same address.</summary>
    public bool IsWithinCall { get; init; }

    /// <summary>Only the state as of now was asked for.</summary>
    public bool IsFetch { get; set; }

    /// <summary>The whole state is due: at the beginning and after each refresh.</summary>
    public bool WantsAll { get; set; } = true;

    public bool IsOver { get; set; }

    public bool IsPendingTold { get; set; }

    /// <summary>Null before the first document.</summary>
    public ConferenceState? Told { get; private set; }

    public Instant ToldAt { get; private set; }

    public uint Version { get; private set; }

    /// <summary>It is made anew, but no different from what they know.</summary>
    public void Know(ConferenceState state) => Told = state;

    /// <summary>From now on they know it.</summary>
    public void Note(Instant now, ConferenceState state) => (Told, ToldAt, Version, WantsAll) = (state, now, Version + 1, false);
}
