using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Sylk.Conference.Protocols.Msrp;

/// <summary>The start line and the headers of a request or response (RFC 4975 section 9).</summary>
public sealed class MsrpHead
{
    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-+%=");

    private static readonly UTF8Encoding Utf8 = new(false, false);

    private readonly List<(string Name, string Value)> _fields = [];

    private MsrpHead(string transactionId) => TransactionId = transactionId;

    public string TransactionId { get; }

    /// <summary>Null for a response.</summary>
    public string? Method { get; private init; }

    /// <summary>Of a response.</summary>
    public int Status { get; private init; }

    /// <summary>The words behind the status; may be empty.</summary>
    public string Comment { get; private init; } = "";

    public bool IsRequest => Method is not null;

    /// <summary>Empty line and body follow.</summary>
    public bool HasBody { get; private set; }

    public IReadOnlyList<(string Name, string Value)> Fields => _fields;

    public IReadOnlyList<MsrpUri> To { get; private set; } = [];

    public IReadOnlyList<MsrpUri> From { get; private set; } = [];

    /// <summary>The lines do not follow the grammar: 400, as far as there is somebody to answer.</summary>
    public bool IsFaulty { get; private set; }

    /// <summary>The first value of this name, whatever its case.</summary>
    public string? First(string name)
    {
        foreach (var (known, value) in _fields)
        {
            if (string.Equals(known, name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }

    public MsrpFailureReport FailureReport => First(MsrpHeader.FailureReport) switch
    {
        { } value when value.Equals("no", StringComparison.OrdinalIgnoreCase) => MsrpFailureReport.No,
        { } value when value.Equals("partial", StringComparison.OrdinalIgnoreCase) => MsrpFailureReport.Partial,
        _ => MsrpFailureReport.Yes,
    };

    public bool WantsSuccessReport => string.Equals(First(MsrpHeader.SuccessReport), "yes", StringComparison.OrdinalIgnoreCase);

    /// <returns>False when the line begins no message: the stream is lost then.</returns>
    internal static bool TryBegin(ReadOnlySpan<byte> line, [NotNullWhen(true)] out MsrpHead? head)
    {
        head = null;
        var text = Utf8.GetString(line);
        if (!text.StartsWith("MSRP ", StringComparison.Ordinal))
        {
            return false;
        }

        var rest = text.AsSpan(5);
        var space = rest.IndexOf(' ');
        if (space < 0 || !IsTransactionId(rest[..space]))
        {
            return false;
        }

        var id = rest[..space].ToString();
        var word = rest[(space + 1)..];
        if (word.Length >= 3 && !word[..3].ContainsAnyExceptInRange('0', '9') && (word.Length == 3 || word[3] == ' '))
        {
            var status = int.Parse(word[..3], NumberStyles.None, CultureInfo.InvariantCulture);
            head = new MsrpHead(id) { Status = status, Comment = word.Length > 4 ? word[4..].ToString() : "" };
            return true;
        }

        head = new MsrpHead(id) { Method = word.ToString() };
        return !word.IsEmpty && word.Length <= 32 && !word.ContainsAnyExceptInRange('A', 'Z');
    }

    /// <summary>4 to 32 characters, the first a letter or digit (section 9).</summary>
    internal static bool IsTransactionId(ReadOnlySpan<char> text) =>
        text.Length is >= 4 and <= MsrpLimits.MaxTransactionId && char.IsAsciiLetterOrDigit(text[0]) && text.IndexOfAnyExcept(IdCharacters) < 0;

    internal void Add(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || _fields.Count == MsrpLimits.MaxFields || line[..colon].ContainsAnyExceptInRange((byte)'!', (byte)'~'))
        {
            IsFaulty = true;
            return;
        }

        _fields.Add((Encoding.ASCII.GetString(line[..colon]), Utf8.GetString(line[(colon + 1)..]).Trim(' ')));
    }

    /// <summary>All lines are here. The two paths come first, To-Path before From-Path (section 7.1).</summary>
    internal void End(bool hasBody)
    {
        HasBody = hasBody;
        if (First(MsrpHeader.FromPath) is { } from && MsrpPath.TryParse(from, out var sender))
        {
            From = sender;
        }

        if (First(MsrpHeader.ToPath) is { } to && MsrpPath.TryParse(to, out var target))
        {
            To = target;
        }

        IsFaulty |= To.Count == 0 || From.Count == 0 || !Is(0, MsrpHeader.ToPath) || !Is(1, MsrpHeader.FromPath);
    }

    private bool Is(int index, string name) =>
        _fields.Count > index && string.Equals(_fields[index].Name, name, StringComparison.OrdinalIgnoreCase);
}
