namespace Sylk.Conference.Rooms;

/// <summary>One fact or signal on its way to the listeners of one node, rendered for the wire once for all of them.</summary>
public sealed class FeedEnvelope(object content, long rev)
{
    private byte[]? _rendition;

    /// <summary>A <see cref="FeedItem"/>, a <see cref="FactBatch"/> or a media signal.</summary>
    public object Content { get; } = content;

    public long Rev { get; } = rev;

    /// <summary>Two threads may render at once; both get the same bytes.</summary>
    public byte[] Render(Func<FeedEnvelope, byte[]> render) => _rendition ??= render(this);
}
