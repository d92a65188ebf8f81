namespace Sylk.Conference.Fuzz.Tests.Engine;

/// <summary>The input being made: bytes with a length, never longer than its capacity.</summary>
internal sealed class FuzzBuffer(int capacity)
{
    private readonly byte[] _bytes = new byte[capacity];

    public int Length { get; private set; }

    public Span<byte> Bytes => _bytes.AsSpan(0, Length);

    public void Set(ReadOnlySpan<byte> content)
    {
        Length = Math.Min(content.Length, capacity);
        content[..Length].CopyTo(_bytes);
    }

    public void Truncate(int length) => Length = Math.Min(Length, length);

    public void Remove(int at, int count)
    {
        count = Math.Min(count, Length - at);
        _bytes.AsSpan((at + count)..Length).CopyTo(_bytes.AsSpan(at));
        Length -= count;
    }

    /// <summary>Puts as much of the content as fits at a place; it may not lie in this buffer.</summary>
    public void Insert(int at, ReadOnlySpan<byte> content)
    {
        var count = Math.Min(content.Length, capacity - Length);
        _bytes.AsSpan(at..Length).CopyTo(_bytes.AsSpan(at + count));
        content[..count].CopyTo(_bytes.AsSpan(at));
        Length += count;
    }

    /// <summary>Repeats a piece of the input behind itself, as often as it fits.</summary>
    public void Repeat(int at, int count, int times)
    {
        count = Math.Min(count, Length - at);
        if (count == 0)
        {
            return;
        }

        times = Math.Min(times, (capacity - Length) / count);
        _bytes.AsSpan((at + count)..Length).CopyTo(_bytes.AsSpan(at + count + count * times));
        for (var i = 1; i <= times; i++)
        {
            _bytes.AsSpan(at, count).CopyTo(_bytes.AsSpan(at + i * count));
        }

        Length += count * times;
    }
}
