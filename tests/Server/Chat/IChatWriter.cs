namespace Sylk.Conference.Server.Tests.Chat;

/// <summary>
/// Somebody in a room while the server is killed, whatever their wire: tries again what had no answer under the same id, and writes
/// every try, answer and line shown into the run's <see cref="ChatLogFile"/>. A text is said once in a run and begins with its sender.
/// </summary>
internal interface IChatWriter
{
    Task RunAsync(CancellationToken over);
}
