using System.Collections.Immutable;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Api;

/// <summary>Between what REST calls a room and the settings a room keeps.</summary>
internal static class RoomShape
{
    private const int LongestTitle = 200;
    private const int MostBitrate = 100_000_000;
    private const long LongestTime = 30L * 86_400_000;
    private const int MostAddresses = 500;

    private static readonly ImmutableArray<string> Codecs = ["VP8", "VP9", "H264", "AV1"];

    public static RoomConfig Fresh(string name, bool permanent, DateTimeOffset now) =>
        new() { Id = Ids.New(Ids.Room, now), Name = name, Permanent = permanent, CreatedAt = now };

    /// <param name="old">Where id, name, times and secrets that are not sent come from.</param>
    /// <param name="flaws">Gets what is wrong, by field.</param>
    public static RoomConfig Read(RoomInput input, RoomConfig old, Flaws flaws)
    {
        flaws.Unless(input.Title is null || PlainText.Fits(input.Title, LongestTitle, mayBeEmpty: true), "title", $"must have at most {LongestTitle} characters.");
        var closes = input.Schedule is not { OpensAt: { } opens, ClosesAt: { } end } || opens < end;
        flaws.Unless(closes, "schedule.closesAt", "must be after opensAt.");
        return old with
        {
            Title = input.Title ?? "",
            Permanent = input.Kind is { } kind ? kind == RoomKind.Permanent : old.Permanent,
            Access = Access(input.Access ?? new(), old.Access, flaws),
            Features = Features(input.Features ?? new()),
            Limits = Limits(input.Limits ?? new(), flaws),
            Media = Media(input.Media ?? new(), flaws),
            Schedule = new(input.Schedule?.OpensAt, input.Schedule?.ClosesAt),
            Metadata = Metadata(input.Metadata, flaws),
        };
    }

    private static RoomAccess Access(AccessInput input, RoomAccess old, Flaws flaws)
    {
        flaws.Unless(input.Passcode is null or "" || (Passcodes.IsPasscode(input.Passcode) && PlainText.Fits(input.Passcode, Passcodes.MaxLength)), "access.passcode", $"must have at most {Passcodes.MaxLength} characters.");
        CheckPin(input.Pin, "access.pin", flaws);
        CheckPin(input.ModeratorPin, "access.moderatorPin", flaws);
        var passcode = Kept(input.Passcode, old.PasscodeHash);
        var mode = input.Mode ?? (passcode is null ? AccessMode.Open : AccessMode.Passcode);
        flaws.Unless(mode != AccessMode.Passcode || passcode is not null, "access.passcode", "is needed when the mode is passcode.");
        return new(
            mode, passcode, input.PinMode ?? PinMode.None, Kept(input.Pin, old.PinHash), Kept(input.ModeratorPin, old.ModeratorPinHash),
            input.WaitingRoom ?? false, input.Locked ?? false, input.Guests ?? true, Addresses(input.Allow, "access.allow", flaws),
            Addresses(input.Deny, "access.deny", flaws), input.Order ?? AccessOrder.DenyAllow);
    }

    /// <summary>A secret that is not sent stays; an empty one goes.</summary>
    private static string? Kept(string? sent, string? old) => sent switch
    {
        null => old,
        "" => null,
        _ => old is not null && Passcodes.Verify(old, sent) ? old : Passcodes.Hash(sent),
    };

    private static void CheckPin(string? pin, string field, Flaws flaws) =>
        flaws.Unless(pin is null or "" || (pin.Length is >= 4 and <= 12 && pin.All(char.IsAsciiDigit)), field, "must be 4 to 12 digits.");

    private static ImmutableArray<string> Addresses(string[]? list, string field, Flaws flaws)
    {
        flaws.Unless(list is null || list.Length <= MostAddresses, field, $"must have at most {MostAddresses} items.");
        foreach (var (address, index) in (list ?? []).Take(MostAddresses).Select((address, index) => (address, index)))
            flaws.Unless(PlainText.Fits(address, 320) && address.IndexOf('@', StringComparison.Ordinal) > 0, $"{field}[{index}]", "must be user@domain or *@domain.");
        return [.. (list ?? []).Where(address => address is not null)];
    }

    private static RoomFeatures Features(FeaturesInput input)
    {
        var usual = new RoomFeatures();
        return new(
            input.Chat ?? usual.Chat, input.Files ?? usual.Files, input.Screen ?? usual.Screen, input.Video ?? usual.Video,
            input.Recording ?? usual.Recording, input.DialOut ?? usual.DialOut, input.Unmute ?? usual.Unmute, input.Rename ?? usual.Rename,
            input.AllowMultipleShares ?? usual.AllowMultipleShares, input.GuestMessages ?? usual.GuestMessages);
    }

    private static RoomLimits Limits(LimitsInput input, Flaws flaws)
    {
        var usual = new RoomLimits();
        Range(input.MaxParticipants, 1, RoomsSettings.ParticipantsLimit, "limits.maxParticipants", flaws);
        Range(input.MaxVideo, 0, 500, "limits.maxVideo", flaws);
        Range(input.MaxBitrateBps, 30_000, MostBitrate, "limits.maxBitrateBps", flaws);
        Range(input.MaxDurationMs, 0, LongestTime, "limits.maxDurationMs", flaws);
        Range(input.EmptyTimeoutMs, 0, int.MaxValue, "limits.emptyTimeoutMs", flaws);
        Range(input.DepartureTimeoutMs, 0, int.MaxValue, "limits.departureTimeoutMs", flaws);
        return new(
            input.MaxParticipants, input.MaxVideo ?? usual.MaxVideo, input.MaxBitrateBps, input.MaxDurationMs ?? 0, input.EmptyTimeoutMs,
            input.DepartureTimeoutMs);
    }

    private static void Range(long? value, long least, long most, string field, Flaws flaws) =>
        flaws.Unless(value is null || (value >= least && value <= most), field, $"must be {least} to {most}.");

    private static RoomMedia Media(MediaInput input, Flaws flaws)
    {
        var usual = new RoomMedia();
        var codecs = input.VideoCodecs;
        flaws.Unless(
            codecs is null || (codecs.Length is > 0 and <= 4 && codecs.All(codec => codec is not null && Codecs.Contains(codec)) && codecs.Distinct().Count() == codecs.Length),
            "media.videoCodecs", $"must be one or more of {string.Join(", ", Codecs)}, each once.");
        flaws.Unless(input.Language is null || (PlainText.Fits(input.Language, 35) && input.Language.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')), "media.language", "must be a language tag such as en or pt-BR.");
        return new(codecs is null ? null : [.. codecs], input.AudioRed ?? usual.AudioRed, input.MusicOnHold ?? usual.MusicOnHold, input.Language);
    }

    private static ImmutableSortedDictionary<string, string> Metadata(Dictionary<string, string>? input, Flaws flaws)
    {
        if (input is null)
            return ImmutableSortedDictionary<string, string>.Empty;
        flaws.Unless(input.Count <= 50, "metadata", "must have at most 50 keys.");
        foreach (var (key, value) in input.Take(51))
            flaws.Unless(key.Length is > 0 and <= 64 && value is { Length: <= 1024 }, $"metadata.{key}", "must have a key of 1 to 64 and a value of at most 1,024 characters.");
        return input.Where(pair => pair.Value is not null).ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    /// <summary>Back to an input, so that a patch can be merged into it. Secrets stay out; null stands for the default.</summary>
    public static RoomInput Write(RoomConfig config) => new()
    {
        Title = config.Title,
        Kind = config.Permanent ? RoomKind.Permanent : RoomKind.Adhoc,
        Access = new()
        {
            Mode = config.Access.Mode,
            PinMode = config.Access.PinMode,
            WaitingRoom = config.Access.WaitingRoom,
            Locked = config.Access.Locked,
            Guests = config.Access.Guests,
            Allow = [.. Or(config.Access.Allow)],
            Deny = [.. Or(config.Access.Deny)],
            Order = config.Access.Order,
        },
        Features = new()
        {
            Chat = config.Features.Chat,
            Files = config.Features.Files,
            Screen = config.Features.Screen,
            Video = config.Features.Video,
            Recording = config.Features.Recording,
            DialOut = config.Features.DialOut,
            Unmute = config.Features.Unmute,
            Rename = config.Features.Rename,
            AllowMultipleShares = config.Features.AllowMultipleShares,
            GuestMessages = config.Features.GuestMessages,
        },
        Limits = new()
        {
            MaxParticipants = config.Limits.MaxParticipants,
            MaxVideo = config.Limits.MaxVideo,
            MaxBitrateBps = config.Limits.MaxBitrateBps,
            MaxDurationMs = config.Limits.MaxDurationMs,
            EmptyTimeoutMs = config.Limits.EmptyTimeoutMs,
            DepartureTimeoutMs = config.Limits.DepartureTimeoutMs,
        },
        Media = new()
        {
            VideoCodecs = config.Media.VideoCodecs is { } codecs ? [.. codecs] : null,
            AudioRed = config.Media.AudioRed,
            MusicOnHold = config.Media.MusicOnHold,
            Language = config.Media.Language,
        },
        Schedule = new() { OpensAt = config.Schedule.OpensAt, ClosesAt = config.Schedule.ClosesAt },
        Metadata = new(config.Metadata),
    };

    public static ImmutableArray<string> Or(ImmutableArray<string> list) => list.IsDefault ? [] : list;

    /// <summary>True when both say the same; ids, times and revisions do not count.</summary>
    public static bool SaysTheSame(RoomConfig a, RoomConfig b) =>
        Text(a) == Text(b) && (a.Access.PasscodeHash, a.Access.PinHash, a.Access.ModeratorPinHash)
            == (b.Access.PasscodeHash, b.Access.PinHash, b.Access.ModeratorPinHash);

    private static string Text(RoomConfig config) => System.Text.Json.JsonSerializer.Serialize(Write(config), Wire.Json);
}
