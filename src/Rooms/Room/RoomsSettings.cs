using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>Who may call a room into being by joining it.</summary>
public enum AutoCreate { Anyone, SignedIn, Nobody }

/// <summary>The operator's wishes for all rooms of this server (product §15). Durations in milliseconds.</summary>
/// <param name="MaxBitrateBps">Bits per second one publisher may send.</param>
public sealed record RoomsSettings(
    AutoCreate AutoCreate, bool FirstJoinerModerates, int MaxParticipants, int DepartureTimeoutMs, int MaxBitrateBps,
    ImmutableArray<string> VideoCodecs, ImmutableHashSet<string> Permanent, int EmptyTimeoutMs = 300_000)
{
    /// <summary>The highest value the setting takes: audiences of players are large, a roster of everybody is sent to each.</summary>
    public const int ParticipantsLimit = 10_000;

    /// <summary>Phones in one room (limit L20): each is mixed for itself.</summary>
    public const int LegsLimit = 100;

    /// <summary>How long a participant whose connection vanished keeps the seat.</summary>
    public static readonly TimeSpan ResumeWindow = TimeSpan.FromSeconds(30);

    /// <summary>How long a room goes without a moderator before the longest present becomes one.</summary>
    public static readonly TimeSpan ModeratorAbsence = TimeSpan.FromSeconds(60);

    public FileSettings Files { get; init; } = FileSettings.Default;

    /// <summary>Rooms have numbers by which telephones find them.</summary>
    public bool ConferenceNumbers { get; init; }

    public static readonly RoomsSettings Default = new(AutoCreate.Anyone, true, 100, 20_000, 2_500_000, ["VP8", "H264"], []);
}
