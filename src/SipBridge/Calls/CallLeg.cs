using System.Collections.Immutable;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.SipBridge;

/// <summary>A call's sound, wherever the room's media lives: in the lobby on this node, then on the room's home.</summary>
internal sealed class CallLeg(FocusTools tools, string room, string participantId)
{
    private static readonly ImmutableArray<TrackDeclaration> Voice = [new("audio", TrackSource.Microphone)];
    private static readonly ImmutableArray<TrackDeclaration> VoiceAndCamera = [.. Voice, new("video", TrackSource.Camera)];

    private string _node = LobbyFor(tools.Nodes, room);
    private long _epoch;
    private bool _exists;
    private bool _isKnownThere;
    private string? _theirs;
    private int _tags;

    /// <summary>What the other end publishes, by what was agreed on.</summary>
    public ImmutableArray<TrackDeclaration> Publishes => SeesCamera ? VoiceAndCamera : Voice;

    public string SignallingSource { get; init; } = "";

    public bool IsSecureHop { get; init; }

    /// <summary>How its media is to be protected; null: as the door has it.</summary>
    public LegEncryption? Encryption { get; init; }

    /// <summary>Our first offer has video.</summary>
    public bool OffersVideo { get; init; }

    /// <summary>There is sound; a call may have text only.</summary>
    public bool Exists => _exists;

    /// <summary>We hold them: our offers say so.</summary>
    public bool Holds { get; private set; }

    /// <summary>The other end holds us.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>Video was agreed on, in whatever direction.</summary>
    public bool HasVideo { get; private set; }

    /// <summary>Their camera may be shown.</summary>
    public bool SeesCamera { get; private set; }

    /// <summary>The track this leg's camera is in the room; empty while it is none.</summary>
    public string CameraId { get; private set; } = "";

    /// <summary>The track this leg's voice is in the room; empty in the lobby.</summary>
    public string TrackId { get; private set; } = "";

    private ILegEngine? Engine => tools.Nodes.Find(_node)?.Legs;

    /// <param name="remote">Null to be asked for our offer.</param>
    /// <param name="isAnswer">It answers our offer.</param>
    public async Task<LegAnswer> NegotiateAsync(string? remote, bool isAnswer = false)
    {
        if (Engine is not { } engine)
            return LegAnswer.Refused(MediaErrorCode.Overloaded, "No node takes phones now.");
        var answer = await engine.NegotiateAsync(new LegOffer(
            room, _epoch, participantId, remote, isAnswer, SignallingSource, IsSecureHop, Encryption ?? tools.Settings.Encryption,
            _isKnownThere ? null : _theirs)
        {
            Holds = Holds,
            OffersVideo = OffersVideo && _theirs is null,
        }).ConfigureAwait(false);
        if (answer.Error is not null)
            return answer;
        (_exists, _isKnownThere, IsHeld) = (true, true, answer.IsHeld);
        if (remote is not null)
            (_theirs, HasVideo, SeesCamera) = (remote, answer.HasVideo, answer.SeesVideo);
        return answer;
    }

    /// <summary>True when the leg has to be made anew on another node, which takes a new offer and answer.</summary>
    public bool MustMove(MediaTicket ticket) => ticket.Node != _node;

    /// <summary>From now on on that node; nothing is there yet. The old leg goes on until <see cref="CloseOldAsync"/>.</summary>
    public (string Node, long Epoch) GoTo(MediaTicket ticket)
    {
        var old = (_node, _epoch);
        (_node, _epoch, _isKnownThere) = (ticket.Node, ticket.Epoch, false);
        return old;
    }

    public async Task CloseOldAsync((string Node, long Epoch) old)
    {
        if (old.Node != _node && tools.Nodes.Find(old.Node)?.Legs is { } engine)
            await engine.CloseAsync(room, old.Epoch, participantId).ConfigureAwait(false);
    }

    public async Task EnterAsync(MediaTicket ticket, string trackId, bool muted)
    {
        (_epoch, TrackId) = (ticket.Epoch, trackId);
        await OrderAsync(new EnterMix(room, _epoch, participantId, trackId, muted)).ConfigureAwait(false);
        if (Holds)
            await HoldAsync(true).ConfigureAwait(false);
    }

    /// <summary>The camera is this track in the room; null: it may not be shown there.</summary>
    public Task EnterVideoAsync(TrackDeclaration? camera)
    {
        CameraId = camera?.TrackId ?? "";
        return OrderAsync(new EnterVideo(room, _epoch, participantId, CameraId, camera is not { Muted: false }));
    }

    public Task MuteCameraAsync(bool muted) => OrderAsync(new EnterVideo(room, _epoch, participantId, CameraId, muted));

    public Task PreferAsync(ImmutableArray<string> tracks) => OrderAsync(new PreferTracks(room, _epoch, participantId, tracks));

    public Task RefreshPictureAsync() => OrderAsync(new RefreshPicture(room, _epoch, participantId));

    /// <returns>The tag by which the end of these prompts is told.</returns>
    public async Task<string> PlayAsync(string language, params ImmutableArray<string> prompts)
    {
        var tag = $"p{++_tags}";
        await OrderAsync(new PlayPrompts(room, _epoch, participantId, prompts, language, tag)).ConfigureAwait(false);
        return tag;
    }

    public Task StopPromptsAsync() => OrderAsync(new StopPrompts(room, _epoch, participantId));

    public Task PlayToPhonesAsync(string language, params ImmutableArray<string> prompts) =>
        OrderAsync(new PlayToPhones(room, _epoch, participantId, prompts, language));

    public Task SetMusicAsync(bool on) => OrderAsync(new SetMusic(room, _epoch, participantId, on));

    public Task SetMutedAsync(bool muted) => OrderAsync(new SetLegMuted(room, _epoch, participantId, muted));

    public Task SetVolumeAsync(int steps) => OrderAsync(new SetLegVolume(room, _epoch, participantId, steps));

    /// <summary>Out of the room's mix at once, both ways, and back; the next offer tells them.</summary>
    public Task HoldAsync(bool on)
    {
        Holds = on;
        return OrderAsync(new HoldLeg(room, _epoch, participantId, on));
    }

    public Task SendDigitsAsync(string digits) => OrderAsync(new SendDigits(room, _epoch, participantId, digits));

    public async Task CloseAsync()
    {
        if (_exists && Engine is { } engine)
            await engine.CloseAsync(room, _epoch, participantId).ConfigureAwait(false);
        _exists = false;
    }

    /// <summary>This node, or where it carries no media, one that may well become the room's home.</summary>
    private static string LobbyFor(IMediaNodes nodes, string room) =>
        nodes.Find(nodes.LocalId)?.Legs is not null ? nodes.LocalId : nodes.Place(room)?.Id ?? nodes.LocalId;

    private async Task OrderAsync(LegOrder order)
    {
        if (_exists && Engine is { } engine)
            await engine.OrderAsync(order).ConfigureAwait(false);
    }
}
