using System.Globalization;
using System.Text;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>
/// Prints descriptions in the order of RFC 8866 §5, lines ended by CRLF. Whatever would end a line inside a value (CR, LF,
/// NUL) is left out, so that no name chosen by a user can add a line.
/// </summary>
public static class SdpPrinter
{
    public static string Print(SessionDescription description)
    {
        var text = new StringBuilder(4096);
        var origin = description.Origin;
        Line(text, 'v', "0");
        Line(text, 'o', string.Create(
            CultureInfo.InvariantCulture, $"{origin.Username} {origin.SessionId} {origin.Version} {Join(origin.Address)}"));
        Line(text, 's', description.Name);
        Line(text, 'i', description.Information);
        Line(text, 'u', description.Uri);
        Lines(text, 'e', description.Emails);
        Lines(text, 'p', description.Phones);
        PrintConnection(text, description);
        PrintTimings(text, description);
        PrintRest(text, description);
        PrintMedia(text, description.Media);
        return text.ToString();
    }

    public static string Print(SdpFragment fragment)
    {
        var text = new StringBuilder(512);
        Line(text, 'i', fragment.Information);
        PrintConnection(text, fragment);
        PrintRest(text, fragment);
        PrintMedia(text, fragment.Media);
        return text.ToString();
    }

    private static void PrintTimings(StringBuilder text, SessionDescription description)
    {
        if (description.Timings.Count == 0)
        {
            Line(text, 't', "0 0");
        }

        foreach (var timing in description.Timings)
        {
            Line(text, 't', string.Create(CultureInfo.InvariantCulture, $"{timing.Start} {timing.Stop}"));
            Lines(text, 'r', timing.Repeats);
        }

        Line(text, 'z', description.TimeZones);
    }

    private static void PrintMedia(StringBuilder text, List<MediaDescription> sections)
    {
        foreach (var media in sections)
        {
            text.Append("m=").Append(Clean(media.KindName)).Append(' ').Append(media.Port);
            if (media.PortCount != 1)
            {
                text.Append('/').Append(media.PortCount);
            }

            text.Append(' ').Append(Clean(media.Protocol));
            foreach (var format in media.Formats)
            {
                text.Append(' ').Append(Clean(format));
            }

            text.Append("\r\n");
            Line(text, 'i', media.Information);
            PrintConnection(text, media);
            PrintRest(text, media);
        }
    }

    private static void PrintConnection(StringBuilder text, SdpSection section)
    {
        Line(text, 'c', section.Connection is { } connection ? Join(connection) : null);
        foreach (var bandwidth in section.Bandwidths)
        {
            Line(text, 'b', string.Create(CultureInfo.InvariantCulture, $"{bandwidth.Type}:{bandwidth.Value}"));
        }
    }

    private static void PrintRest(StringBuilder text, SdpSection section)
    {
        Line(text, 'k', section.EncryptionKey);
        foreach (var attribute in section.Attributes)
        {
            text.Append("a=").Append(Clean(attribute.Name));
            if (attribute.Value is not null)
            {
                text.Append(':').Append(Clean(attribute.Value));
            }

            text.Append("\r\n");
        }
    }

    private static string Join(SdpConnection address) => $"{address.NetworkType} {address.AddressType} {address.Address}";

    private static void Lines(StringBuilder text, char type, List<string> values)
    {
        foreach (var value in values)
        {
            Line(text, type, value);
        }
    }

    private static void Line(StringBuilder text, char type, string? value)
    {
        if (value is not null)
        {
            text.Append(type).Append('=').Append(Clean(value)).Append("\r\n");
        }
    }

    private static string Clean(string value) =>
        value.AsSpan().ContainsAny('\0', '\r', '\n') ? string.Concat(value.Where(c => c is not ('\0' or '\r' or '\n'))) : value;
}
