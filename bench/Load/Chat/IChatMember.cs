namespace Sylk.Conference.Load.Chat;

/// <summary>Somebody in the room, whatever their wire.</summary>
internal interface IChatMember : IAsyncDisposable
{
    /// <returns>True when the room has the line.</returns>
    Task<bool> SayAsync(string id, string words);
}
