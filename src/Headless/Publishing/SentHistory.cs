namespace Sylk.Conference.Headless.Publishing;

/// <summary>The last 512 plain packets of a stream, for answering NACK.</summary>
internal sealed class SentHistory
{
    private const int Capacity = 512;
    public const int PacketRoom = 1400;
    private readonly byte[] _bytes = new byte[Capacity * PacketRoom];
    private readonly int[] _lengths = new int[Capacity];
    private readonly ushort[] _sequences = new ushort[Capacity];

    public Span<byte> Reserve(ushort sequence) => _bytes.AsSpan(sequence % Capacity * PacketRoom, PacketRoom);

    public void Commit(ushort sequence, int length)
    {
        _sequences[sequence % Capacity] = sequence;
        _lengths[sequence % Capacity] = length;
    }

    public bool TryFind(ushort sequence, out ReadOnlySpan<byte> packet)
    {
        var at = sequence % Capacity;
        var present = _lengths[at] > 0 && _sequences[at] == sequence;
        packet = present ? _bytes.AsSpan(at * PacketRoom, _lengths[at]) : [];
        return present;
    }
}
