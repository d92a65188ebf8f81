namespace Sylk.Conference.Server.Tests.Chat;

/// <summary>
/// Somebody in a room while the server is killed, whatever their wire: tries again what had no answer under the same id, and writes
/// every try, answer and line shown into the run's <see cref="ChatLogFile"/>. A text is said once in a run and begins with its sender.
/// </summary>
internal interface IChatWriter
{
    /// <summary>As in the log.</summary>
    string Name { get; }

    string Room { get; }

    /// <summary>Is shown lines.</summary>
    bool Reads { get; }

    /// <summary>Has written its last line, which was acknowledged, and is inside.</summary>
    bool IsSettled { get; }

    Task RunAsync(ChatHours hours);
}

/// <summary>When a run is over.</summary>
/// <param name="Writing">Then everybody says a last line and listens.</param>
/// <param name="Reading">Then everybody goes.</param>
internal sealed record ChatHours(CancellationToken Writing, CancellationToken Reading);
