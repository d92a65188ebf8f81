using System.Diagnostics;
using System.Security.Claims;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Signalling;

/// <summary>Who a connection turned out to be. Nothing a client sends can change it.</summary>
internal sealed record Membership(string Room, string ParticipantId, string SessionId, FeedListener Listener, CancellationTokenSource Stop)
{
    /// <summary>What the page last said it shows.</summary>
    public KeptView? View { get; set; }
}

/// <param name="Epoch">Of the home that knows it; 0 while none does.</param>
internal sealed record KeptView(PeerView View, long Epoch);

/// <summary>A place before the door: all that is kept until somebody opens it.</summary>
/// <param name="Offer">Answered on coming in; null when there was none.</param>
/// <param name="ResumeKey">The key this connection's client has.</param>
internal sealed record WaitingPlace(Membership Member, NegotiateBody? Offer, string ResumeKey);

/// <summary>One hub connection: before a join it is nobody, and a refused join leaves it exactly so.</summary>
internal sealed class ClientConnection(string id, TimeProvider time, Action abort, string? source = null)
{
    private readonly Lock _gate = new();
    private bool _closed;

    public string Id { get; } = id;
    public MessageBudget Budget { get; } = new(time);

    /// <summary>Bytes of <c>SendData</c>: each goes to everybody in the room.</summary>
    public MessageBudget DataBudget { get; } = new(time, perSecond: 128 * 1024, burst: 512 * 1024);
    public Membership? Member { get; private set; }

    /// <summary>Set while this connection waits to be let in; it is nobody until then.</summary>
    public WaitingPlace? Place { get; private set; }

    /// <summary>The network address it comes from.</summary>
    public string Source { get; } = source ?? "";

    /// <summary>Whose cookie came with the connection; proves nothing by itself (TW-01).</summary>
    public ClaimsPrincipal? User { get; init; }

    /// <summary>When the client last reported statistics; what comes too soon after is taken and not looked at.</summary>
    public DateTimeOffset ReportedAt { get; set; }

    public int NetworkTests { get; set; }

    /// <summary>The trace its first Join began; everything it asks for belongs to it.</summary>
    public ActivityContext Trace { get; set; }

    public void Abort() => abort();

    /// <returns>False when the connection went away meanwhile: the caller must give the seat back.</returns>
    public bool TryBecome(Membership member)
    {
        lock (_gate)
        {
            if (_closed)
                return false;
            (Member, Place) = (member, null);
            return true;
        }
    }

    /// <returns>False when the connection went away meanwhile.</returns>
    public bool TryWait(WaitingPlace place)
    {
        lock (_gate)
        {
            if (_closed)
                return false;
            Place = place;
            return true;
        }
    }

    /// <returns>The place, once; null for whoever comes second, and when the connection went away.</returns>
    public WaitingPlace? TakePlace()
    {
        lock (_gate)
        {
            var place = Place;
            Place = null;
            return place;
        }
    }

    /// <summary>Back to being nobody; the caller ends what the membership held.</summary>
    public Membership? Resign(bool closing = false)
    {
        lock (_gate)
        {
            _closed |= closing;
            var member = Member ?? Place?.Member;
            (Member, Place) = (null, null);
            return member;
        }
    }
}
