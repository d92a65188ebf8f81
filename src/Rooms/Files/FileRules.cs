namespace Sylk.Conference.Rooms;

/// <summary>Who may bring, take and remove files, and how much of them a room holds (L19).</summary>
internal static class FileRules
{
    public static Decision Begin(RoomState state, BeginFile command, FileSettings settings, DateTimeOffset now)
    {
        if (ChatRules.SenderOf(state, command.ParticipantId) is not { } sender)
            return Decision.NotHere();
        if (MayNot(state, command.ParticipantId, settings) is { } refusal)
            return new Decision(refusal, []);
        if (FileName.Clean(command.Name) is not { } name)
            return Decision.Refuse(ErrorCodes.ValidationFailed, "name: a file needs a name that can be shown.");
        if (FileName.CleanType(command.ContentType) is not { } type)
            return Decision.Refuse(ErrorCodes.FileTypeRefused, "contentType: a media type such as image/png.");
        if (command.Size < 0 || command.Sha256 is { } hash && !IsHash(hash))
            return Decision.Refuse(ErrorCodes.ValidationFailed, "size: octets, 0 or more; sha256: 64 hexadecimal digits.");
        if (command.Size > settings.MaxBytes)
            return Decision.Refuse(ErrorCodes.FileTooLarge, $"A file has at most {settings.MaxBytes} octets here.");
        if (state.Files.Octets + command.Size > FileSettings.MaxRoomBytes)
            return Decision.Refuse(ErrorCodes.FileTooLarge, "The room's files are as large as they may be together: remove some first.");
        if (state.Files.UnfinishedOf(sender.Identity) >= FileSettings.MaxUnfinishedPerSender)
            return new Decision(new Refusal(ErrorCodes.RateLimited, "Let the files on their way arrive first.", 5_000), []);
        var file = new RoomFile
        {
            Id = command.FileId,
            Name = name,
            Size = command.Size,
            ContentType = type,
            From = sender,
            Timestamp = now,
            Sha256 = command.Sha256?.ToLowerInvariant(),
            UploadKeyFingerprint = command.UploadKeyFingerprint,
        };
        var announced = new FileAnnounced(file);
        return state.Files.Key.Length > 0 ? announced : Decision.Of([new FilesKeyed(command.FreshKey), announced]);
    }

    public static Decision Complete(RoomState state, CompleteFile command, DateTimeOffset now)
    {
        if (state.Files.Find(command.FileId) is not { } file)
            return NoSuchFile();
        if (file.Listed)
            return Decision.Nothing;
        if (file.Sha256 is { } promised && promised != command.Sha256)
            return Decision.Of([new FileDropped(file.Id, null), new Told(rev => new UploadFailed(rev, file.From.ParticipantId, file.Id))]);
        return new FileListed(file with { Listed = true, Sha256 = command.Sha256, Timestamp = now });
    }

    public static Decision Remove(RoomState state, RemoveFile command)
    {
        if (ChatRules.SenderOf(state, command.ParticipantId) is not { } by)
            return Decision.NotHere();
        if (state.Files.Find(command.FileId) is not { } file)
            return NoSuchFile();
        var may = command.ParticipantId == PostChat.Api || file.From.Identity == by.Identity
            || state.Seats[command.ParticipantId].Caps.HasFlag(Caps.Moderate);
        return may
            ? new FileDropped(file.Id, command.ParticipantId)
            : Decision.Refuse(ErrorCodes.CapabilityMissing, "Only who brought a file, or a moderator, may remove it.");
    }

    /// <summary>Null when nothing's time is over.</summary>
    public static Decision? Expire(RoomState state, FileSettings settings, DateTimeOffset now)
    {
        var over = state.Files.Expired(settings, now).Select(file => file.Id).ToArray();
        return over.Length == 0 ? (Decision?)null : Decision.Of(over.Select(id => new FileDropped(id, null)));
    }

    /// <summary>What goes with the session: everything, unless the operator keeps files for a time of their own.</summary>
    public static IEnumerable<RoomEvent> EndSession(RoomState state, FileSettings settings) =>
        settings.Retention is null || state.Config is not { Permanent: true }
            ? state.Files.All.Select(file => new FileDropped(file.Id, null, Quiet: true)).ToArray()
            : [];

    public static FileOutcome ForUpload(RoomState state, FileRequest request) =>
        state.Files.Find(request.FileId) is { } file && FileKeys.AreSame(file.UploadKeyFingerprint, Ids.Fingerprint(request.Key))
            ? new(null, file)
            : new(NoSuchFile().Refusal, null);

    /// <summary>Checked at the time of access: whoever has left reads nothing (TW-09, R-24).</summary>
    public static FileOutcome ForDownload(RoomState state, FileRequest request)
    {
        if (state.Files.Find(request.FileId) is not { Listed: true } file)
            return new(NoSuchFile().Refusal, null);
        if (request.ParticipantId == PostChat.Api)
            return new(null, file);
        var seated = state.Seats.TryGetValue(request.ParticipantId, out var seat) && seat.State is not ParticipantState.Waiting;
        return seated && FileKeys.AreSame(FileKeys.For(state.Files.Key, file.Id, request.ParticipantId), request.Key)
            ? new(null, file)
            : new(NoSuchFile().Refusal, null);
    }

    private static Refusal? MayNot(RoomState state, string participantId, FileSettings settings)
    {
        if (!settings.Enabled || !state.Settings.Features.Files)
            return new(ErrorCodes.CapabilityMissing, "Files cannot be shared in this room.");
        return participantId == PostChat.Api || state.Seats[participantId].Caps.HasFlag(Caps.Files)
            ? null
            : new(ErrorCodes.CapabilityMissing, "You may not share files in this room.");
    }

    private static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigit);

    private static Decision NoSuchFile() => Decision.Refuse(ErrorCodes.ValidationFailed, "There is no such file.");
}
