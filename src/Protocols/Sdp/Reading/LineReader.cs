namespace Sylk.Conference.Protocols.Sdp;

/// <summary>Takes the lines of a text one by one: those of a media section here, those before it in the derived reader.</summary>
internal abstract class LineReader(List<MediaDescription> sections)
{
    private MediaDescription? _media;
    private int _candidates;

    protected bool InMedia => _media is not null;

    public SdpErrorCode Read(char type, ReadOnlySpan<char> value) => type switch
    {
        'm' => ReadMedia(value),
        _ when _media is not null => ReadSectionLine(_media, type, value),
        _ => ReadLeading(type, value),
    };

    /// <summary>A line before the first <c>m=</c>.</summary>
    protected abstract SdpErrorCode ReadLeading(char type, ReadOnlySpan<char> value);

    /// <summary>The lines that both levels may have.</summary>
    protected SdpErrorCode ReadSectionLine(SdpSection section, char type, ReadOnlySpan<char> value)
    {
        switch (type)
        {
            case 'a':
                return ReadAttribute(section, value);
            case 'c':
                var read = SdpValues.TryConnection(value, out var connection);
                section.Connection ??= connection;
                return read ? SdpErrorCode.None : SdpErrorCode.InvalidConnection;
            case 'b':
                return SdpValues.ReadBandwidth(value, section.Bandwidths);
            case 'i':
                section.Information = value.ToString();
                return SdpErrorCode.None;
            case 'k':
                section.EncryptionKey = value.ToString();
                return SdpErrorCode.None;
            default:
                return "vosueptrz".Contains(type, StringComparison.Ordinal) ? SdpErrorCode.MisplacedLine : SdpErrorCode.InvalidLine;
        }
    }

    private SdpErrorCode ReadAttribute(SdpSection section, ReadOnlySpan<char> line)
    {
        var colon = line.IndexOf(':');
        var name = colon < 0 ? line : line[..colon];
        if (name.IsEmpty)
        {
            return SdpErrorCode.InvalidAttribute;
        }

        if (name is "candidate" && ++_candidates > SdpLimits.MaxCandidates)
        {
            return SdpErrorCode.TooManyCandidates;
        }

        section.Attributes.Add(AttributeNames.Intern(name), colon < 0 ? null : line[(colon + 1)..].ToString());
        return SdpErrorCode.None;
    }

    private SdpErrorCode ReadMedia(ReadOnlySpan<char> value)
    {
        if (sections.Count == SdpLimits.MaxSections)
        {
            return SdpErrorCode.TooManySections;
        }

        var code = SdpValues.ReadMedia(value, out _media);
        _candidates = 0;
        if (_media is not null)
        {
            sections.Add(_media);
        }

        return code;
    }
}
