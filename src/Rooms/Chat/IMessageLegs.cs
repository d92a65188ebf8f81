namespace Sylk.Conference.Rooms;

/// <summary>
/// What the door that answers calls asks of the one that carries their text (RFC 4975): both live on one node and meet here, so that
/// neither knows the other.
/// </summary>
public interface IMessageLegs
{
    /// <summary>Our part of the description for one <c>m=message</c> section. The session is expected from then on.</summary>
    ValueTask<MessageLegAnswer> AnswerAsync(MessageLegOffer offer);

    /// <summary>Our part of an offer of our own.</summary>
    /// <returns>From the <c>m=</c> line on; null when the section is over.</returns>
    string? Describe(string legId);

    /// <summary>The caller is inside: what is said flows both ways as soon as their connection stands.</summary>
    void Enter(string legId, string participantId);

    /// <summary>The section, or the call, is over.</summary>
    void Close(string legId);
}

/// <param name="LegId">Names the session between the two doors; one call may have several.</param>
/// <param name="Section">The remote's section from its <c>m=</c> line on, with the session's <c>c=</c> and fingerprint where it has none of its own.</param>
/// <param name="Uri">Of the other end, as far as it is known: <c>sip:user@host</c>.</param>
/// <param name="IsSecureHop">The call came over TLS.</param>
/// <param name="Ended">Called when the connection is gone for good or the file is through; from any thread, at most once.</param>
public sealed record MessageLegOffer(
    string Room, string LegId, string Section, string Uri, string DisplayName, bool IsSecureHop, Action<MessageLegEnd> Ended)
{
    /// <summary>The room's address as the other end knows it: <c>sip:room@host</c>.</summary>
    public string RoomUri { get; init; } = "";

    /// <summary>Called when our part of the description is another than before; from any thread.</summary>
    public Action Changed { get; init; } = () => { };

    /// <summary>The section answers an offer of ours: what we said there stands.</summary>
    public bool IsAnswer { get; init; }

    /// <summary>The address of ours that the other end reaches us by.</summary>
    public string LocalAddress { get; init; } = "";

    /// <summary>Whose calls are counted together: what they proved about themselves, else where they come from.</summary>
    public string Source { get; init; } = "";

    /// <summary>The room has let them in. Before that they learn nothing of what it has.</summary>
    public bool IsAdmitted { get; init; }
}

/// <param name="Section">Ours, from the <c>m=</c> line on, with CRLF; with port 0 where <paramref name="Refusal"/> is set.</param>
/// <param name="Refusal">The SIP status for a call that consists of nothing else; null when it is taken.</param>
/// <param name="IsFile">It moves one file (RFC 5547) and is no conversation.</param>
public sealed record MessageLegAnswer(string Section, int? Refusal = null, bool IsFile = false);

/// <param name="Completed">True: done as meant. False: lost, refused or broken off.</param>
public sealed record MessageLegEnd(string LegId, bool Completed, string Cause);
