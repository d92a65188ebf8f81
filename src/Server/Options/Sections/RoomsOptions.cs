using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Options;

internal sealed class RoomsOptions
{
    /// <summary>Who opens a room by joining it; empty means true on loopback, else signedIn.</summary>
    [Live]
    [OneOf("true", "signedIn", "false")]
    public string AutoCreate { get; set; } = "";

    [Live]
    public bool FirstJoinerModerates { get; set; } = true;

    [Live]
    [Within(1, RoomsSettings.ParticipantsLimit)]
    public int MaxParticipants { get; set; } = 100;

    [Live]
    [Within(0, int.MaxValue)]
    public int EmptyTimeoutMs { get; set; } = 300_000;

    [Live]
    [Within(0, int.MaxValue)]
    public int DepartureTimeoutMs { get; set; } = 20_000;

    [Live]
    public string DefaultLanguage { get; set; } = "en";

    /// <summary>Rooms that always exist.</summary>
    public string[] Permanent { get; set; } = [];
}
