using System.Globalization;
using System.Text;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>
/// Writes a message, headers in the order they were added, long names, one value per line as given. Values are wire text
/// (<see cref="SipText.Encode"/> for what people wrote).
/// </summary>
public sealed class SipBuilder
{
    private readonly List<(string Name, string Value)> _headers = [];
    private readonly string _start;
    private ReadOnlyMemory<byte> _body;

    private SipBuilder(string start)
    {
        Guard(start, nameof(start));
        _start = start;
    }

    public static SipBuilder Request(string method, string requestUri) => new($"{method} {requestUri} SIP/2.0");

    public static SipBuilder Response(int status, string? reason = null) =>
        new(string.Create(CultureInfo.InvariantCulture, $"SIP/2.0 {status} {SipText.Encode(reason ?? SipReasons.Of(status))}"));

    /// <summary>A response with what it takes over from its request (RFC 3261 section 8.2.6): Via, From, To, Call-ID, CSeq.</summary>
    /// <param name="request">As received, faults and all; what it lacks is left out.</param>
    /// <param name="status">100–699.</param>
    /// <param name="reason">The usual phrase when null.</param>
    /// <param name="toTag">Added to To unless it has a tag or the status is 100.</param>
    /// <param name="source">Noted in the topmost Via; default: not.</param>
    public static SipBuilder ResponseTo(SipMessage request, int status, string? reason, string? toTag, TransportAddress source = default)
    {
        var response = Response(status, reason);
        for (var i = 0; i < request.Vias.Count; i++)
        {
            var via = request.Vias[i];
            response.AddTheirs(SipHeader.Via, (i == 0 && source != default ? via.SeenFrom(source) : via).ToString());
        }

        response.Copy(request, SipHeader.From).AddTo(request, status == 100 ? null : toTag);
        return response.Copy(request, SipHeader.CallId).Copy(request, SipHeader.CSeq);
    }

    /// <exception cref="ArgumentException">The value holds a line break or NUL, which nobody may smuggle in (attack TS-05).</exception>
    public SipBuilder Add(string name, string value)
    {
        Guard(name, nameof(name));
        Guard(value, nameof(value));
        _headers.Add((name, value));
        return this;
    }

    /// <summary>Instead of all fields of this name.</summary>
    public SipBuilder Set(string name, string value)
    {
        Remove(name);
        return Add(name, value);
    }

    public SipBuilder Remove(string name)
    {
        _headers.RemoveAll(header => SipText.Same(header.Name, name));
        return this;
    }

    public bool Has(string name) => _headers.Exists(header => SipText.Same(header.Name, name));

    public SipBuilder AddAll(IEnumerable<(string Name, string Value)> headers)
    {
        foreach (var (name, value) in headers)
        {
            Add(name, value);
        }

        return this;
    }

    /// <summary>All fields of this name as the other message has them; what would break ours becomes a space.</summary>
    public SipBuilder Copy(SipMessage from, string name)
    {
        foreach (var value in from.All(name))
        {
            _headers.Add((name, Harmless(value)));
        }

        return this;
    }

    public SipBuilder Body(string contentType, ReadOnlyMemory<byte> body)
    {
        _body = body;
        return body.IsEmpty ? this : Set(SipHeader.ContentType, contentType);
    }

    public SipMessage Build()
    {
        var text = new StringBuilder(512).Append(_start).Append("\r\n");
        foreach (var (name, value) in _headers)
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{SipHeader.ContentLength}: {_body.Length}\r\n\r\n");
        var bytes = new byte[text.Length + _body.Length];
        Encoding.Latin1.GetBytes(text.ToString(), bytes);
        _body.CopyTo(bytes.AsMemory(text.Length));
        return SipParser.Parse(bytes, SipFraming.Datagram, out var message, out _) != SipOutcome.Dropped || message is not null
            ? message!
            : throw new InvalidOperationException("what we wrote is no SIP");
    }

    /// <summary>A copy that can go on in another direction.</summary>
    public SipBuilder Clone()
    {
        var copy = new SipBuilder(_start) { _body = _body };
        copy._headers.AddRange(_headers);
        return copy;
    }

    /// <summary>The same with another Request-URI.</summary>
    public SipBuilder Towards(string method, string requestUri)
    {
        var copy = new SipBuilder($"{method} {requestUri} SIP/2.0") { _body = _body };
        copy._headers.AddRange(_headers);
        return copy;
    }

    /// <summary>A value others wrote, made harmless instead of refused.</summary>
    internal SipBuilder AddTheirs(string name, string value)
    {
        _headers.Add((name, SipText.Harmless(value)));
        return this;
    }

    /// <summary>In front of all others, as Via must be.</summary>
    internal SipBuilder Prepend(string name, string value)
    {
        Guard(value, nameof(value));
        _headers.Insert(0, (name, value));
        return this;
    }

    private void AddTo(SipMessage request, string? tag)
    {
        var to = request.First(SipHeader.To);
        if (to is not null)
        {
            to = Harmless(to);
            _headers.Add((SipHeader.To, tag is null || request.To is null || request.ToTag is not null ? to : $"{to};tag={tag}"));
        }
    }

    private static string Harmless(string value) => SipFields.HasStray(Encoding.Latin1.GetBytes(value))
        ? value.Replace('\r', ' ').Replace('\n', ' ').Replace('\0', ' ')
        : value;

    private static void Guard(string value, string parameter)
    {
        if (value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
        {
            throw new ArgumentException("no line breaks and no NUL in a header", parameter);
        }
    }
}
