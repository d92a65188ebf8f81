namespace Sylk.Conference.Audio.Jitter;

/// <summary>Sees packets in order, at the moment they are decoded.</summary>
internal interface IPacketTap
{
    /// <param name="timestamp">Unwrapped, in the codec's clock.</param>
    void OnPacket(long timestamp, ReadOnlySpan<byte> payload);

    /// <summary>Another stream begins.</summary>
    void OnReset();
}
