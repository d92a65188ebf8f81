namespace Sylk.Conference.Protocols.Sdp;

/// <summary>A fragment starts with attributes or with a media section: it has no session lines.</summary>
internal sealed class FragmentReader(SdpFragment fragment) : LineReader(fragment.Media)
{
    protected override SdpErrorCode ReadLeading(char type, ReadOnlySpan<char> value) => ReadSectionLine(fragment, type, value);
}
