using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;

namespace Sylk.Conference.Protocols.Cpim;

/// <summary>
/// Reads messages. Lines may end with LF alone. Content-Length is advisory: the content is what is there. A prefix nobody declared
/// leaves its header unknown, except that <c>imdn</c> is what it always is, for some clients forget to say so.
/// </summary>
internal ref struct CpimReader
{
    private const int MostHeaders = 64;
    private const int LongestLine = 4096;
    private const int MostBytes = 16 * 1024;
    private const int MostSpaces = 16;

    private readonly Dictionary<string, string> _spaces = new(StringComparer.Ordinal) { ["imdn"] = CpimHeader.Imdn };
    private readonly ReadOnlySpan<byte> _body;
    private string _space = CpimHeader.Core;
    private int _at;
    private CpimFault _fault;

    private CpimReader(ReadOnlySpan<byte> body) => _body = body;

    public static bool TryRead(ReadOnlyMemory<byte> body, out CpimMessage message, out CpimFault fault)
    {
        var reader = new CpimReader(body.Span);
        message = null!;
        var headers = reader.ReadHeaders();
        var content = reader.ReadContentHeaders();
        fault = reader._fault == CpimFault.None ? reader.Missing(headers) : reader._fault;
        if (fault != CpimFault.None)
        {
            return false;
        }

        message = new CpimMessage { Headers = headers, ContentHeaders = content, Content = body[reader._at..] };
        return true;
    }

    private ImmutableArray<CpimHeader> ReadHeaders()
    {
        var headers = ImmutableArray.CreateBuilder<CpimHeader>();
        while (NextLine() is { Length: > 0 } line)
        {
            if (!TrySplit(line, out var name, out var parameters, out var value))
            {
                return Fail(CpimFault.Malformed);
            }

            if (name == CpimHeader.Namespace)
            {
                Declare(value);
            }
            else
            {
                headers.Add(Resolve(name, parameters, value));
            }

            if (headers.Count > MostHeaders || _spaces.Count > MostSpaces)
            {
                return Fail(CpimFault.TooMuch);
            }
        }

        return headers.Count == 0 && _fault == CpimFault.None ? Fail(CpimFault.Malformed) : headers.ToImmutable();
    }

    private ImmutableArray<KeyValuePair<string, string>> ReadContentHeaders()
    {
        var headers = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        while (_fault == CpimFault.None && NextLine() is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (line[0] is ' ' or '\t' && headers.Count > 0)
            {
                // A folded MIME header (RFC 2822 section 2.2.3).
                headers[^1] = new(headers[^1].Key, $"{headers[^1].Value} {line.TrimStart(' ', '\t')}".Trim(' ', '\t'));
            }
            else if (colon < 1 || !CpimText.IsName(line.AsSpan(0, colon)))
            {
                _fault = CpimFault.Malformed;
            }
            else
            {
                headers.Add(new(line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
            }

            if (headers.Count > MostHeaders)
            {
                _fault = CpimFault.TooMuch;
            }
        }

        return headers.ToImmutable();
    }

    private ImmutableArray<CpimHeader> Fail(CpimFault fault)
    {
        _fault = fault;
        return [];
    }

    /// <summary>Without its end; empty for the empty line; null when there is no more, which is a fault before the content.</summary>
    private string? NextLine()
    {
        if (_fault != CpimFault.None)
        {
            return null;
        }

        var rest = _body[_at..];
        var end = rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            _fault = rest.Length > LongestLine ? CpimFault.TooMuch : CpimFault.Malformed;
            return null;
        }

        _at += end + 1;
        var line = rest[..end];
        line = line.EndsWith("\r"u8) ? line[..^1] : line;
        if (line.Length > LongestLine || _at > MostBytes)
        {
            _fault = CpimFault.TooMuch;
            return null;
        }

        return TextOf(line);
    }

    private string? TextOf(ReadOnlySpan<byte> line)
    {
        if (Utf8.IsValid(line) && Encoding.UTF8.GetString(line) is var text && !text.Any(CpimText.IsHarmful))
        {
            return text;
        }

        _fault = CpimFault.Malformed;
        return null;
    }

    /// <summary><c>Name:;parameter=value the rest</c>; the space before the value may be missing.</summary>
    private static bool TrySplit(string line, out string name, out string parameters, out string value)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        name = colon < 0 ? "" : line[..colon];
        (parameters, value) = ("", colon < 0 ? "" : line[(colon + 1)..]);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (!CpimText.IsName(name.AsSpan(dot + 1)) || (dot >= 0 && !CpimText.IsName(name.AsSpan(0, dot))))
        {
            return false;
        }

        if (value.StartsWith(';'))
        {
            if (EndOfParameters(value) is not { } end)
            {
                return false;
            }

            (parameters, value) = (value[..end], value[end..]);
        }

        value = value.Trim(' ', '\t');
        return true;
    }

    /// <summary>Null when a quote never ends.</summary>
    private static int? EndOfParameters(string value)
    {
        var quoted = false;
        for (var at = 0; at < value.Length; at++)
        {
            quoted ^= value[at] == '"' && value[at - 1] != '\\';
            if (value[at] == ' ' && !quoted)
            {
                return at;
            }
        }

        return quoted ? null : value.Length;
    }

    /// <summary><c>NS: prefix &lt;uri&gt;</c>; without a prefix it is for names without one from here on (section 3.4).</summary>
    private void Declare(string value)
    {
        var open = value.IndexOf('<', StringComparison.Ordinal);
        var prefix = open < 0 ? "" : value[..open].Trim(' ');
        if (open < 0 || !value.EndsWith('>') || value.Length < open + 3 || (prefix.Length > 0 && !CpimText.IsName(prefix)))
        {
            _fault = CpimFault.Malformed;
        }
        else if (prefix.Length == 0)
        {
            _space = value[(open + 1)..^1];
        }
        else
        {
            _spaces[prefix] = value[(open + 1)..^1];
        }
    }

    private readonly CpimHeader Resolve(string name, string parameters, string value)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? new CpimHeader(_space, name, value, parameters)
            : _spaces.TryGetValue(name[..dot], out var space) ? new CpimHeader(space, name[(dot + 1)..], value, parameters)
            : new CpimHeader("", name, value, parameters);
    }

    /// <summary>Whether a header that must be understood is none of ours (section 3.5). The names are as this message writes them.</summary>
    private readonly CpimFault Missing(ImmutableArray<CpimHeader> headers)
    {
        foreach (var header in headers)
        {
            if (!header.Is(CpimHeader.Core, CpimHeader.Require))
            {
                continue;
            }

            foreach (var range in header.Value.AsSpan().Split(','))
            {
                var wanted = Resolve(header.Value[range].Trim(' '), "", "");
                if (wanted.Space is not (CpimHeader.Imdn or CpimHeader.AgProjects or CpimHeader.Sylk) && !IsCore(wanted))
                {
                    return CpimFault.Required;
                }
            }
        }

        return CpimFault.None;
    }

    private static bool IsCore(CpimHeader header) => header.Space == CpimHeader.Core
        && header.Name is CpimHeader.From or CpimHeader.To or "cc" or CpimHeader.DateTime or CpimHeader.Subject or CpimHeader.Namespace or CpimHeader.Require;
}
