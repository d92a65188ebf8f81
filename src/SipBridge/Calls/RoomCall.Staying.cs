using System.Collections.Immutable;
using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.SipBridge;

/// <content>Inside: who else is there, what the keys do, what is said, how it ends (product §13).</content>
internal abstract partial class RoomCall
{
    /// <summary>From so many people on comings and goings make no sound (FOC-5).</summary>
    private const int QuietFrom = 10;
    private const int MostSteps = 4;

    /// <summary>Whoever is removed does not stay for the end of a long word (FOC-10).</summary>
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(3);

    private readonly HashSet<string> _others = new(StringComparer.Ordinal);
    private Keypad _keypad = new(KeypadProfile.Default);
    private ParticipantInfo _self = null!;
    private RoomRules _rules = null!;
    private bool _isMuted;
    private bool _hasMusic;
    private string _pressed = "";
    private int _volume;

    private bool Moderates => _self.Caps.HasFlag(Caps.Moderate);

    protected async Task EnterAsync(JoinOutcome outcome)
    {
        IsInside = true;
        (_self, _rules, _keypad) = (outcome.Self!, outcome.Snapshot!.Room.Rules, new Keypad(Tools.Settings.Keypad));
        _spotlight = outcome.Snapshot.Spotlight;
        Listener.Bind(Id);
        _lastLine = outcome.Snapshot.Chat.IsDefaultOrEmpty ? 0 : outcome.Snapshot.Chat[^1].Sequence;
        _wrapsLines = Call.IsIncoming && SipContentType.IsAccepted(CpimMessage.MediaType, Call.Invite.List(SipHeader.Accept));
        _others.UnionWith(outcome.Snapshot.Participants.Where(other => other.Id != Id && Counts(other)).Select(other => other.Id));
        if (outcome.Ticket is { } ticket && Leg.Exists && Leg.MustMove(ticket))
            await MoveAsync(ticket).ConfigureAwait(false);
        else if (Leg.Exists)
            await EnterMixAsync(outcome.Ticket!, outcome.Publish).ConfigureAwait(false);
        _messages?.Enter();
        Log.CallEntered(Tools.Log, Call.CallId, Source, RoomName, Id);
        if (_others.Count is > 0 and < QuietFrom)
            await Leg.PlayToPhonesAsync(Language, "join-tone").ConfigureAwait(false);
        await SayAsync(["welcome", .. CountWords()]).ConfigureAwait(false);
        if (_isMuted)
            await SayAsync("muted").ConfigureAwait(false);
        await MindMusicAsync().ConfigureAwait(false);
    }

    private async Task EnterMixAsync(MediaTicket ticket, ImmutableArray<TrackDeclaration> publish)
    {
        var voice = publish.FirstOrDefault(track => track.Source == TrackSource.Microphone);
        _isMuted = voice is null or { Muted: true } || _isMuted;
        await Leg.EnterAsync(ticket, voice?.TrackId ?? "", _isMuted).ConfigureAwait(false);
        if (Leg.HasVideo)
            await EnterVideoAsync(publish).ConfigureAwait(false);
    }

    /// <summary>Until they leave or are sent away.</summary>
    private async Task StayAsync()
    {
        while (true)
        {
            switch (await NextAsync().ConfigureAwait(false))
            {
                case LegDigit { Digit: var key }:
                    await PressAsync(key).ConfigureAwait(false);
                    break;
                case LegTalksMuted:
                    await SayAsync("you-are-muted").ConfigureAwait(false);
                    break;
                case Dismissed dismissed:
                    await SayFarewellAsync(dismissed).ConfigureAwait(false);
                    return;
                case PictureWanted:
                    await Leg.RefreshPictureAsync().ConfigureAwait(false);
                    break;
                case LegWantsPicture:
                    await AskForPictureAsync().ConfigureAwait(false);
                    break;
                case FeedItem item:
                    await NoteAsync(item).ConfigureAwait(false);
                    break;
            }
        }
    }

    private Task NoteAsync(FeedItem item) => item switch
    {
        Joined { Participant: var other } when other.Id != Id && Counts(other) && _others.Add(other.Id) => CrowdChangedAsync("join-tone"),
        Departed { ParticipantId: var other } when _others.Remove(other) => CrowdChangedAsync("leave-tone"),
        SelfChanged { Self: var self } => NoteSelfAsync(self),
        Updated { Participant: var self } when self.Id == Id => NoteSelfAsync(self),
        TrackAppeared { Track: { Muted: true } track } when track.TrackId == Leg.TrackId => NoteMutedAsync(muted: true),
        TrackChanged { Track: var track } when track.TrackId == Leg.TrackId => NoteMutedAsync(track.Muted),
        TrackChanged { Track: var track } when track.TrackId == Leg.CameraId => Leg.MuteCameraAsync(track.Muted),
        MutedByModerator { Source: null or TrackSource.Microphone } => NoteMutedAsync(muted: true),
        SpotlightChanged { TrackIds: var tracks } => NoteSpotlightAsync(tracks),
        UnmuteAsked => SayAsync("please-unmute"),
        ChatSaid { Message: var line } => NoteLineAsync(line),
        ChatAmended { Message: var line } => TellLineAsync(line, isEdit: true),
        RoomChanged { Rules: var rules } => NoteRulesAsync(rules),
        ResyncNeeded => ResyncAsync(),
        _ => Task.CompletedTask,
    };

    /// <summary>Who may not speak is muted, which the room does not tell of a track that nothing has come of.</summary>
    private Task NoteSelfAsync(ParticipantInfo self)
    {
        _self = self;
        return self.Caps.HasFlag(Caps.PublishAudio) ? Task.CompletedTask : NoteMutedAsync(muted: true);
    }

    private async Task NoteMutedAsync(bool muted)
    {
        if (_isMuted == muted)
            return;
        _isMuted = muted;
        await Leg.SetMutedAsync(muted).ConfigureAwait(false);
        await SayAsync(muted ? "muted" : "unmuted").ConfigureAwait(false);
    }

    private async Task NoteRulesAsync(RoomRules rules)
    {
        var before = _rules;
        _rules = rules;
        if (rules.Locked != before.Locked)
            await SayAsync(rules.Locked ? "locked" : "unlocked").ConfigureAwait(false);
        await MindMusicAsync().ConfigureAwait(false);
    }

    private async Task ResyncAsync()
    {
        if (await Room.Snapshot(Id).ConfigureAwait(false) is not { } snapshot)
            return;
        _others.Clear();
        _others.UnionWith(snapshot.Participants.Where(other => other.Id != Id && Counts(other)).Select(other => other.Id));
        if (snapshot.Tracks.FirstOrDefault(track => track.TrackId == Leg.TrackId) is { } voice)
            await NoteMutedAsync(voice.Muted).ConfigureAwait(false);
        if (snapshot.Participants.FirstOrDefault(one => one.Id == Id) is { } self)
            await NoteSelfAsync(self).ConfigureAwait(false);
        await MindMusicAsync().ConfigureAwait(false);
        if (!HearsLines)
            return;
        foreach (var line in await MissedLines.AfterAsync(Room, Id, _lastLine, snapshot.Chat).ConfigureAwait(false))
            await NoteLineAsync(line).ConfigureAwait(false);
    }

    private async Task CrowdChangedAsync(string tone)
    {
        await MindMusicAsync().ConfigureAwait(false);
        if (_others.Count < QuietFrom)
            await SayAsync(tone).ConfigureAwait(false);
    }

    /// <summary>Whoever is alone has music, which ends with the first who comes (FOC-6).</summary>
    private Task MindMusicAsync()
    {
        var wanted = Leg.Holds || (_others.Count == 0 && _rules.Media.MusicOnHold);
        if (wanted == _hasMusic)
            return Task.CompletedTask;
        _hasMusic = wanted;
        return Leg.SetMusicAsync(wanted);
    }

    private async Task PressAsync(char key)
    {
        _pressed += key;
        var verb = _keypad.Press(Tools.Clock.Now, key);
        if (verb == KeypadVerb.Wait)
            return;
        var digits = _pressed.Length > 2 ? _pressed[^1..] : _pressed; // what waited too long belongs to nothing
        _pressed = "";
        if (verb == KeypadVerb.Unknown && Facts is { } facts)
            await Room.Do(new NoteKeys(facts.Id, digits)).ConfigureAwait(false);
        else
            await ObeyAsync(verb).ConfigureAwait(false);
    }

    private async Task ObeyAsync(KeypadVerb pressed)
    {
        switch (pressed)
        {
            case KeypadVerb.Mute:
                await SetMutedAsync(!_isMuted).ConfigureAwait(false);
                break;
            case KeypadVerb.Hand:
                var up = _self.HandRaisedAt is null;
                await OrderAsync(new UpdateSelf(Id, null, up, null, null), up ? "hand-up" : "hand-down").ConfigureAwait(false);
                break;
            case KeypadVerb.QuieterForMe:
                await Leg.SetVolumeAsync(_volume = Math.Max(-MostSteps, _volume - 1)).ConfigureAwait(false);
                break;
            case KeypadVerb.LouderForMe:
                await Leg.SetVolumeAsync(_volume = Math.Min(MostSteps, _volume + 1)).ConfigureAwait(false);
                break;
            case KeypadVerb.Count:
                await SayAsync(CountWords()).ConfigureAwait(false);
                break;
            case KeypadVerb.Menu:
                await SayAsync(Moderates ? "menu-moderator" : "menu-member").ConfigureAwait(false);
                break;
            case KeypadVerb.Record:
                await SayAsync("not-allowed").ConfigureAwait(false);
                break;
            case var verb and (KeypadVerb.Lock or KeypadVerb.MuteOthers or KeypadVerb.EndForAll or KeypadVerb.Confirm):
                await ModerateAsync(verb).ConfigureAwait(false);
                break;
        }
    }

    private async Task ModerateAsync(KeypadVerb verb)
    {
        if (!Moderates)
        {
            await SayAsync("not-allowed").ConfigureAwait(false);
            return;
        }
        switch (verb)
        {
            case KeypadVerb.Lock:
                await OrderAsync(new UpdateRoom(Id) { Locked = !_rules.Locked }).ConfigureAwait(false); // told to all by the room
                break;
            case KeypadVerb.MuteOthers:
                await OrderAsync(new MuteAll(Id, TrackSource.Microphone, [Id], LockUnmute: false), "everyone-muted").ConfigureAwait(false);
                break;
            case KeypadVerb.EndForAll:
                _keypad.AskToConfirm(Tools.Clock.Now);
                await SayAsync("confirm-end").ConfigureAwait(false);
                break;
            case KeypadVerb.Confirm:
                await OrderAsync(new EndRoom(Id, null)).ConfigureAwait(false);
                break;
        }
    }

    private async Task SetMutedAsync(bool muted)
    {
        if (Leg.TrackId.Length == 0 || await Room.Do(new SetTrackMuted(Id, Leg.TrackId, muted)).ConfigureAwait(false) is not null)
            await SayAsync("cannot-unmute").ConfigureAwait(false);
        else
            await NoteMutedAsync(muted).ConfigureAwait(false);
    }

    private async Task OrderAsync(RoomCommand order, string? done = null)
    {
        if (await Room.Do(order).ConfigureAwait(false) is { } refusal)
            await SayAsync(Tools.Refusals(refusal.Code).Spoken ?? "not-allowed").ConfigureAwait(false);
        else if (done is not null)
            await SayAsync(done).ConfigureAwait(false);
    }

    /// <summary>Removed or ended: they hear why, then BYE (FOC-10).</summary>
    private async Task SayFarewellAsync(Dismissed dismissed)
    {
        IsInside = false;
        await Leg.SetMusicAsync(false).ConfigureAwait(false);
        var (status, title, spoken) = Tools.Refusals(dismissed.Code);
        await Leg.StopPromptsAsync().ConfigureAwait(false);
        if (spoken is not null)
            await SpeakAsync([spoken], LongestFarewell).ConfigureAwait(false);
        await HangUpAsync(dismissed.Code switch
        {
            ErrorCodes.Banned => "Q.850;cause=16;text=\"removed by moderator\"",
            ErrorCodes.RoomEnded => "Q.850;cause=16;text=\"conference ended\"",
            _ => $"SIP;cause={status};text=\"{Quotable(title)}\"",
        }).ConfigureAwait(false);
    }

    private Task SayAsync(params ImmutableArray<string> prompts) => Leg.PlayAsync(Language, prompts);

    private ImmutableArray<string> CountWords() => _others.Count switch
    {
        0 => ["only-one"],
        1 => ["one-other"],
        var many => [$"number:{many}", "count-others"],
    };

    /// <summary>Recorders and players are no company.</summary>
    private static bool Counts(ParticipantInfo other) =>
        other.Kind is not (ParticipantKind.Bot or ParticipantKind.Recorder) && !other.Caps.HasFlag(Caps.Hidden);
}
