namespace Sylk.Conference.Protocols.Msrp;

/// <summary>
/// One message that comes in chunks: they may overlap, and of bytes that come twice the later ones count (RFC 4975 section 7.3.1).
/// </summary>
internal sealed class MsrpAssembly(string messageId, int limit)
{
    /// <summary>Nobody needs more; each costs time with each chunk.</summary>
    private const int MaxHoles = 64;

    private readonly List<(int From, int To)> _spans = [];
    private byte[] _content = [];
    private long? _total;

    public string MessageId => messageId;

    public string ContentType { get; set; } = "";

    /// <summary>When the last chunk came.</summary>
    public Instant LastAt { get; set; }

    /// <summary>Bytes this holds in memory.</summary>
    public int Held => _content.Length;

    public int Length { get; private set; }

    /// <summary>Every byte up to the end is here.</summary>
    public bool IsWhole => _total is { } total && (total == 0 || (_spans.Count == 1 && _spans[0] == (0, (int)total)));

    public ReadOnlyMemory<byte> Content => _content.AsMemory(0, (int)(_total ?? 0));

    /// <returns>0, or the status to refuse with.</returns>
    public int Promise(MsrpByteRange range)
    {
        if (range.Total > limit || range.End > limit || range.Start > limit + 1)
        {
            return MsrpStatus.StopSending;
        }

        if (range.Total is { } other && (Length > other || (_total is { } known && known != other)))
        {
            return MsrpStatus.Unintelligible;
        }

        _total ??= range.Total;
        return 0;
    }

    /// <returns>0, or the status to refuse with.</returns>
    public int Add(MsrpByteRange range, long taken, ReadOnlySpan<byte> bytes)
    {
        var from = range.Start - 1 + taken;
        var to = from + bytes.Length;
        if (to > limit)
        {
            return MsrpStatus.StopSending;
        }

        if (to > (range.End ?? limit) || to > (_total ?? limit))
        {
            return MsrpStatus.Unintelligible;
        }

        if (_content.Length < to)
        {
            Array.Resize(ref _content, (int)Math.Min(limit, Math.Max(to, _content.Length * 2L)));
        }

        bytes.CopyTo(_content.AsSpan((int)from));
        Length = Math.Max(Length, (int)to);
        Cover((int)from, (int)to);
        return _spans.Count > MaxHoles ? MsrpStatus.StopSending : 0;
    }

    /// <summary>The last chunk has come: where it ended is the end, though some count more bytes than they send.</summary>
    /// <returns>False when other chunks reach beyond.</returns>
    public bool End(MsrpByteRange range, long taken)
    {
        _total = range.Start - 1 + taken;
        return Length <= _total;
    }

    private void Cover(int from, int to)
    {
        if (from == to)
        {
            return;
        }

        foreach (var span in _spans.ToArray())
        {
            if (span.From <= to && from <= span.To)
            {
                (from, to) = (Math.Min(from, span.From), Math.Max(to, span.To));
                _spans.Remove(span);
            }
        }

        _spans.Add((from, to));
    }
}
