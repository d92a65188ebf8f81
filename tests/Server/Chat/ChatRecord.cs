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
}

/// <summary>One line of the log of a run: what a client did or saw, and when.</summary>
/// <param name="At">Milliseconds on one monotonic clock.</param>
/// <param name="Client">Who did or saw it.</param>
/// <param name="LineId">The sender's own id of the line; empty for a reader.</param>
/// <param name="Sequence">The server's number; 0 where the client was told none.</param>
public sealed record ChatRecord(double At, ChatDeed Deed, string Client, string Room, string LineId, string Content, long Sequence = 0);

/// <summary>A line as the store has it in the end.</summary>
public sealed record StoredLine(string Room, long Sequence, string Content);
