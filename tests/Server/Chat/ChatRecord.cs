namespace Sylk.Conference.Server.Tests.Chat;

public enum ChatDeed
{
    /// <summary>A client begins to send a line; it may do so again under the same id.</summary>
    Invoke,
    Acknowledged,

    /// <summary>Refused: the line must not be there unless a later try got it in.</summary>
    Refused,

    /// <summary>No answer: nobody knows, and both is right.</summary>
    Unanswered,

    /// <summary>A reader was shown a line.</summary>
    Read,

    /// <summary>A reader is inside, anew: what was said before may be shown again, and what was said while it was away may be missed.</summary>
    Entered,

    /// <summary>Who tried again was shown the line as the answer; where it was shown before, this is nothing new (rule CH-4).</summary>
    Reminded,

    /// <summary>A reader ends who was inside till now: nothing of the room is still on its way.</summary>
    Left,
}

/// <summary>One line of the log of a run: what a client did or saw, and when.</summary>
/// <param name="At">Milliseconds on one monotonic clock.</param>
/// <param name="Client">Who did or saw it.</param>
/// <param name="LineId">The sender's own id of the line; of a reader the server's, where the wire says it.</param>
/// <param name="Sequence">The server's number; 0 where the client was told none.</param>
/// <param name="HearsOwn">Of who enters: its own lines are shown to it too.</param>
public sealed record ChatRecord(
    double At, ChatDeed Deed, string Client, string Room, string LineId, string Content, long Sequence = 0, bool HearsOwn = true);

/// <summary>A line as the store has it in the end.</summary>
/// <param name="Id">The server's id of it; empty where nobody asked.</param>
public sealed record StoredLine(string Room, long Sequence, string Content, string Id = "");
