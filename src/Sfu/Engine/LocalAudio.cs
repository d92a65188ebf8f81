namespace Sylk.Conference.Sfu;

/// <summary>
/// A room's voices for code of this process that is no connection: the phones' mixer. One other thread uses it, and neither that
/// thread nor the shard ever waits for the other. What it publishes are ordinary audio tracks (ARCHITECTURE: <c>LocalEndpoint</c>).
/// </summary>
public interface ILocalAudio : IAsyncDisposable
{
    /// <summary>True from the moment the room was closed here, or this was disposed: open another one at its new home.</summary>
    bool IsClosed { get; }

    /// <summary>
    /// False while nobody else is in the room, on this shard or another, who could hear what is published here: packets need then
    /// carry levels only. Never waits.
    /// </summary>
    bool IsHeard { get; }

    /// <summary>
    /// Publishes a participant's voice: Opus, mono, 48 kHz clock. The room hears of a connected peer at once and of its track with
    /// the first packet. A closed peer (removed by its room) loses its voice: <see cref="TrySend"/> says false from then on.
    /// </summary>
    /// <param name="peerId">The participant's id; one voice each.</param>
    /// <param name="trackId">As the room gave it.</param>
    /// <param name="muted">Whether it begins muted.</param>
    /// <returns><see cref="MediaErrorCode.RoomNotOpen"/> once closed; <see cref="MediaErrorCode.NegotiationStale"/> when the room has the peer or the track already.</returns>
    ValueTask<LocalVoice> PublishAsync(string peerId, string trackId, bool muted);

    /// <summary>
    /// Publishes a sum of voices, of source <see cref="TrackSource.Mix"/>: it is heard beside the loudest, whatever their number, and
    /// never counts as somebody who speaks. Those in it tell their levels by <see cref="TrySendLevel"/>.
    /// </summary>
    /// <param name="trackId">Its name, and that of the peer it has, who is no participant.</param>
    /// <returns>As <see cref="PublishAsync"/>.</returns>
    ValueTask<LocalVoice> PublishMixAsync(string trackId);

    /// <summary>The voice and its peer are gone.</summary>
    ValueTask UnpublishAsync(int voice);

    /// <summary>Hands a packet to the shard. It never waits: a full ring drops it and says false, and so does a payload that is empty or too long.</summary>
    /// <param name="voice">As <see cref="PublishAsync"/> said.</param>
    /// <param name="payload">One Opus packet, at most 1,275 bytes.</param>
    /// <param name="timestamp">48 kHz; a gap is silence (DTX). Sequence numbers are the shard's business.</param>
    /// <param name="level">0 (loudest) to 127 (silent), as RFC 6464 has it.</param>
    /// <param name="marker">First packet after a gap.</param>
    bool TrySend(int voice, ReadOnlySpan<byte> payload, uint timestamp, byte level, bool marker);

    /// <summary>
    /// Tells how loudly somebody speaks whose sound is in a mix: their own track takes up no place where others are heard until
    /// <see cref="TrySend"/> is used again.
    /// </summary>
    /// <inheritdoc cref="TrySend" path="/param"/>
    /// <returns>False: the ring is full, or the voice is gone.</returns>
    bool TrySendLevel(int voice, uint timestamp, byte level);

    /// <summary>
    /// The room's word on a voice: muted, nothing of it is forwarded, and nothing of it may go out in a mix. Never waits.
    /// </summary>
    /// <param name="voice">As <see cref="PublishAsync"/> said.</param>
    /// <returns>False too when the voice is gone.</returns>
    bool IsMuted(int voice);

    /// <summary>
    /// The next packet of a voice that is heard in the room now and was not published here; copies its payload. What is not taken in
    /// time is dropped and counted, but never the word that a voice has ended.
    /// </summary>
    /// <param name="payload">At least 1,500 bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="payload"/> is too short.</exception>
    /// <param name="packet">What came; its <see cref="LocalAudioPacket.Length"/> bytes are in <paramref name="payload"/>.</param>
    bool TryReceive(Span<byte> payload, out LocalAudioPacket packet);
}

/// <param name="Number">0 when there is an error.</param>
public readonly record struct LocalVoice(MediaError? Error, int Number);

/// <param name="Track">A number for the track, never used again for another one in this room. A publisher that begins a new stream (its page was reloaded) gets a new one.</param>
/// <param name="Sequence">Of the track's stream, unwrapped; gaps are losses or, with a timestamp gap, silence.</param>
/// <param name="Timestamp">48 kHz.</param>
/// <param name="Level">RFC 6464, 255 when unknown.</param>
/// <param name="Length">Bytes of Opus (the primary block where the publisher sent RED); 0 when <paramref name="HasEnded"/>.</param>
/// <param name="HasEnded">
/// The track is gone, or was not heard for ten seconds (muted, silent, not among the loudest): forget its decoder. Heard again, such a
/// one comes under the same number. Being muted or left out for a shorter time is only a gap.
/// </param>
public readonly record struct LocalAudioPacket(int Track, long Sequence, uint Timestamp, byte Level, bool Marker, int Length, bool HasEnded);

/// <param name="Audio">Null when there is an error.</param>
public readonly record struct LocalAudioOpened(MediaError? Error, ILocalAudio? Audio);
