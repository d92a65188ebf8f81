namespace Sylk.Conference.Protocols.Sdp;

/// <summary>The session level of a whole description. The order of its lines is not enforced; that <c>v=</c> comes first is.</summary>
internal sealed class SessionReader(SessionDescription session) : LineReader(session.Media)
{
    private bool _versionSeen;
    private bool _originSeen;
    private bool _nameSeen;

    /// <summary>Whether what a description must have was there. <c>t=</c> is forgiven: it says nothing in practice.</summary>
    public SdpError Finish() =>
        _versionSeen && _originSeen && _nameSeen ? default : new SdpError(SdpErrorCode.MissingLine, 0);

    protected override SdpErrorCode ReadLeading(char type, ReadOnlySpan<char> value)
    {
        if (!_versionSeen && type != 'v')
        {
            return SdpErrorCode.MissingLine;
        }

        switch (type)
        {
            case 'v':
                return Once(ref _versionSeen, value is "0" ? SdpErrorCode.None : SdpErrorCode.InvalidVersion);
            case 'o':
                return Once(ref _originSeen, ReadOrigin(value));
            case 's':
                session.Name = value.ToString();
                return Once(ref _nameSeen, SdpErrorCode.None);
            case 'u':
                session.Uri = value.ToString();
                return SdpErrorCode.None;
            case 'e':
                session.Emails.Add(value.ToString());
                return SdpErrorCode.None;
            case 'p':
                session.Phones.Add(value.ToString());
                return SdpErrorCode.None;
            default:
                return ReadTime(type, value);
        }
    }

    private static SdpErrorCode Once(ref bool seen, SdpErrorCode outcome)
    {
        var twice = seen;
        seen = true;
        return twice ? SdpErrorCode.MisplacedLine : outcome;
    }

    private SdpErrorCode ReadOrigin(ReadOnlySpan<char> value)
    {
        if (!SdpText.TryNextToken(ref value, out var user)
            || !SdpText.TryNextToken(ref value, out var id) || !SdpText.TryNumber(id, out ulong sessionId)
            || !SdpText.TryNextToken(ref value, out var rise) || !SdpText.TryNumber(rise, out ulong version)
            || !SdpValues.TryConnection(value, out var address))
        {
            return SdpErrorCode.InvalidOrigin;
        }

        session.Origin = new SdpOrigin(user.ToString(), sessionId, version, address);
        return SdpErrorCode.None;
    }

    private SdpErrorCode ReadTime(char type, ReadOnlySpan<char> value)
    {
        switch (type)
        {
            case 't':
                return SdpValues.ReadTiming(value, session.Timings);
            case 'r' when session.Timings.Count > 0:
                session.Timings[^1].Repeats.Add(value.ToString());
                return SdpErrorCode.None;
            case 'z':
                session.TimeZones = value.ToString();
                return SdpErrorCode.None;
            default:
                return ReadSectionLine(session, type, value);
        }
    }
}
