using System.Collections.Immutable;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Sfu;

/// <summary>
/// The video of one participant who speaks through an <see cref="ILocalAudio"/>: a phone's camera, and the one picture that phone is
/// shown. One other thread uses it, and neither that thread nor the shard ever waits for the other.
/// </summary>
public interface ILocalVideo : IAsyncDisposable
{
    /// <summary>True from the moment the participant's voice or the room is gone here, or this was disposed: open another one.</summary>
    bool IsClosed { get; }

    /// <summary>Publishes the camera, or says that from now on it sends other formats. Others hear of it with its first packet.</summary>
    /// <returns><see cref="MediaErrorCode.RoomNotOpen"/> once closed; <see cref="MediaErrorCode.NegotiationStale"/> when somebody else has the track.</returns>
    ValueTask<MediaError?> PublishAsync(LocalCamera camera);

    /// <summary>The camera is gone; the participant stays.</summary>
    ValueTask UnpublishAsync();

    /// <summary>
    /// What is to be shown: a track that is named, else what somebody shares of their screen, else whoever speaks, not the participant
    /// itself. It changes with keyframes only, and a speaker stays for two seconds.
    /// </summary>
    ValueTask<MediaError?> WatchAsync(LocalView view);

    /// <summary>Hands a packet of the camera to the shard. It never waits: a full ring drops it and says false, and so does what is empty or too long.</summary>
    /// <param name="packet">Its <see cref="LocalVideoPacket.Length"/> is not read.</param>
    /// <param name="payload">At most 1,500 bytes.</param>
    bool TrySend(in LocalVideoPacket packet, ReadOnlySpan<byte> payload);

    /// <summary>The next packet of the picture that is shown; copies its payload. What is not taken in time is dropped and counted.</summary>
    /// <param name="payload">At least 1,500 bytes.</param>
    /// <param name="packet">What came.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="payload"/> is too short.</exception>
    bool TryReceive(Span<byte> payload, out LocalVideoPacket packet);

    /// <summary>The other end cannot decode what it is shown.</summary>
    void AskForKeyframe();

    /// <summary>True once for each time the room wants a keyframe of the camera.</summary>
    bool TryTakeKeyframeWish();
}

/// <param name="TrackId">As the room gave it.</param>
/// <param name="Formats">What it may send; packets name them by their place. At most sixteen.</param>
/// <param name="Muted">Whether it begins muted.</param>
public sealed record LocalCamera(string TrackId, ImmutableArray<CodecOffer> Formats, bool Muted);

/// <param name="Formats">What can be shown, by the place of the other end's format, in which packets then say they are.</param>
/// <param name="Lines">Height of the picture wanted.</param>
/// <param name="First">Tracks that go before everybody, the first of them that can be shown.</param>
/// <param name="IsPaused">Nothing is to be sent now.</param>
public sealed record LocalView(ImmutableArray<ImmutableArray<CodecOffer>> Formats, int Lines, ImmutableArray<string> First, bool IsPaused);

/// <param name="Format">Place in <see cref="LocalCamera.Formats"/> or <see cref="LocalView.Formats"/>.</param>
/// <param name="Sequence">Unwrapped; gaps are losses.</param>
/// <param name="Timestamp">90 kHz.</param>
/// <param name="IsNewStream">Towards the room: another source than before, whose numbers go on somewhere else.</param>
public readonly record struct LocalVideoPacket(byte Format, long Sequence, uint Timestamp, bool Marker, int Length, bool IsNewStream = false);

/// <param name="Video">Null when there is an error.</param>
public readonly record struct LocalVideoOpened(MediaError? Error, ILocalVideo? Video);
