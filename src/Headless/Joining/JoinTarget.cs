namespace Sylk.Conference.Headless.Joining;

/// <summary>Which room of which server.</summary>
/// <param name="Server">Such as <c>http://127.0.0.1:8080</c>.</param>
/// <param name="Room">The room's name.</param>
/// <param name="Name">The name on the roster.</param>
/// <param name="Token">A join token, where the room needs one.</param>
public sealed record JoinTarget(Uri Server, string Room, string Name = "Headless", string? Token = null)
{
    internal Uri Endpoint(string door) => new(Server, $"/{door}/{Uri.EscapeDataString(Room)}?name={Uri.EscapeDataString(Name)}");
}
