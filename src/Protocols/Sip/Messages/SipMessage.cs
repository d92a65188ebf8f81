using System.Text;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>
/// A request or response over the bytes it came in: header values are read when asked for, so that what nobody needs cannot
/// do harm (rule SIP-MSG-23). The bytes must not change while the message is used. Made by <see cref="SipParser"/> or
/// <see cref="SipBuilder"/>.
/// </summary>
public sealed class SipMessage
{
    private readonly SipFields _fields;
    private IReadOnlyList<SipVia>? _vias;
    private SipNameAddress? _from;
    private SipNameAddress? _to;
    private SipCSeq? _sequence;
    private string? _callId;

    internal SipMessage(ReadOnlyMemory<byte> bytes, SipStartLine start, SipFields fields, ReadOnlyMemory<byte> body)
    {
        Bytes = bytes;
        Start = start;
        _fields = fields;
        Body = body;
    }

    /// <summary>The whole message as it was or will be on the wire.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    public ReadOnlyMemory<byte> Body { get; }

    public bool IsRequest => Start.Method is not null;

    public bool IsResponse => Start.Method is null;

    /// <summary>The method of a request, and of the request a response belongs to.</summary>
    public string Method => Start.Method ?? CSeq?.Method ?? "";

    /// <summary>The Request-URI as written; empty for responses.</summary>
    public string RequestUri => Start.Uri;

    /// <summary>100–699; 0 for requests.</summary>
    public int Status => Start.Status;

    /// <summary>The reason phrase for people.</summary>
    public string Reason => SipText.Decode(Start.Reason);

    public bool IsFinal => Status >= 200;

    public bool IsSuccess => Status is >= 200 and < 300;

    public string? CallId => _callId ??= First(SipHeader.CallId);

    /// <summary>Null when missing or broken.</summary>
    public SipNameAddress? From => _from ??= Address(SipHeader.From);

    public SipNameAddress? To => _to ??= Address(SipHeader.To);

    public SipCSeq? CSeq => _sequence ??= First(SipHeader.CSeq) is { } value && SipCSeq.TryParse(value, out var sequence) ? sequence : null;

    public string? FromTag => From?.Tag;

    public string? ToTag => To?.Tag;

    /// <summary>The topmost Via, read leniently; null when nobody could be answered by it.</summary>
    public SipVia? TopVia => Vias is [var top, ..] ? top : null;

    /// <summary>All Via values that can be read; the topmost must be one of them.</summary>
    public IReadOnlyList<SipVia> Vias => _vias ??= ReadVias();

    /// <summary>0–255; 70 when missing, null when out of range.</summary>
    public int? MaxForwards => First(SipHeader.MaxForwards) is not { } value ? 70
        : SipText.TryReadNumber(value, out var number) && number <= 255 ? (int)number : null;

    public SipContentType? ContentType => First(SipHeader.ContentType) is { } value && SipContentType.TryParse(value, out var type) ? type : null;

    internal SipStartLine Start { get; }

    internal SipFields Fields => _fields;

    public bool Has(string name) => First(name) is not null;

    /// <summary>The first field of this name as wire text, folding taken away; null when there is none.</summary>
    public string? First(string name)
    {
        var number = SipHeader.NumberOf(name);
        foreach (ref readonly var field in _fields.All)
        {
            if (Is(field, number, name))
            {
                return Value(field);
            }
        }

        return null;
    }

    /// <summary>Each field of this name, whole; for headers that are no lists, such as Authorization.</summary>
    public IReadOnlyList<string> All(string name)
    {
        List<string> values = [];
        var number = SipHeader.NumberOf(name);
        foreach (ref readonly var field in _fields.All)
        {
            if (Is(field, number, name))
            {
                values.Add(Value(field));
            }
        }

        return values;
    }

    /// <summary>The values of a list header over all its fields, in order (RFC 3261 section 7.3.1); false when it is broken or too long.</summary>
    public bool TryGetList(string name, out IReadOnlyList<string> values)
    {
        List<string> list = [];
        values = list;
        var most = name == SipHeader.Via ? SipLimits.MaxVias : name is SipHeader.Route or SipHeader.RecordRoute ? SipLimits.MaxRoutes : SipLimits.MaxListValues;
        var whole = true;
        foreach (var value in All(name))
        {
            whole &= value.Length == 0 || SipScan.Split(value, list, most);
        }

        return whole;
    }

    /// <summary>The values of a list header that can be read.</summary>
    public IReadOnlyList<string> List(string name) => TryGetList(name, out var values) || values.Count > 0 ? values : [];

    /// <summary>The tokens of a list header, without regard to case.</summary>
    public bool Lists(string name, string token) => List(name).Any(value => SipText.Same(value, token));

    /// <summary>Contact, Route, Path and their like; false when one value is broken.</summary>
    public bool TryGetAddresses(string name, out IReadOnlyList<SipNameAddress> addresses)
    {
        List<SipNameAddress> list = [];
        addresses = list;
        if (!TryGetList(name, out var values))
        {
            return false;
        }

        foreach (var value in values)
        {
            if (!SipNameAddress.TryParse(value, out var address))
            {
                return false;
            }

            list.Add(address);
        }

        return true;
    }

    /// <summary>The first address of this header, or null.</summary>
    public SipNameAddress? Address(string name) =>
        First(name) is { } value && SipNameAddress.TryParse(FirstOf(name, value), out var address) ? address : null;

    /// <summary>A number such as Expires or RSeq; larger than 2^32 − 1 saturates; null when missing or none.</summary>
    public uint? Number(string name)
    {
        var text = (First(name) ?? "").AsSpan();
        var end = text.IndexOfAny(" \t;(");
        return SipText.TryReadNumber(end < 0 ? text : text[..end], out var number) ? number : null;
    }

    /// <summary>Names and values as they stand, for traces and for echoing.</summary>
    public IEnumerable<(string Name, string Value)> Headers()
    {
        for (var i = 0; i < _fields.All.Length; i++)
        {
            var field = _fields.All[i];
            yield return (Encoding.ASCII.GetString(Bytes.Span.Slice(field.NameStart, field.NameLength)), Value(field));
        }
    }

    public override string ToString() => IsRequest ? $"{Method} {RequestUri}" : $"{Status} {Reason} ({CSeq})";

    private static string FirstOf(string name, string value)
    {
        if (name is SipHeader.From or SipHeader.To or SipHeader.ReferTo or SipHeader.ReferredBy)
        {
            return value;
        }

        var end = SipScan.Find(value, ',');
        return end < 0 ? value : value[..end];
    }

    private List<SipVia> ReadVias()
    {
        List<SipVia> vias = [];
        foreach (var value in List(SipHeader.Via))
        {
            if (SipVia.TryParse(value, lenient: true, out var via))
            {
                vias.Add(via);
            }
            else if (vias.Count == 0)
            {
                break;
            }
        }

        return vias;
    }

    private bool Is(in SipField field, byte number, string name) => number != 0
        ? field.Known == number
        : field.Known == 0 && field.NameLength == name.Length && Ascii.EqualsIgnoreCase(Bytes.Span.Slice(field.NameStart, field.NameLength), name);

    private string Value(in SipField field) => SipText.FromWire(Bytes.Span.Slice(field.ValueStart, field.ValueLength));
}
