namespace Sylk.Conference.Protocols.Sip;

/// <summary>Where one header field stands in the bytes; the header block is at most 32 KiB, so 16 bits do.</summary>
internal readonly record struct SipField(byte Known, ushort NameStart, ushort NameLength, ushort ValueStart, ushort ValueLength);

/// <summary>The header block split into fields, values untouched.</summary>
internal sealed class SipFields
{
    private readonly SipField[] _fields;

    private SipFields(SipField[] fields) => _fields = fields;

    public ReadOnlySpan<SipField> All => _fields;

    /// <summary>The first thing found wrong.</summary>
    public SipFault? Fault { get; private set; }

    /// <param name="block">The whole message.</param>
    /// <param name="start">Where the line after the start line begins.</param>
    /// <param name="end">Where the empty line begins.</param>
    public static SipFields Read(ReadOnlySpan<byte> block, int start, int end)
    {
        var fields = new List<SipField>(Math.Min(16, (end - start) / 4 + 1));
        SipFault? fault = null;
        while (start < end)
        {
            if (fields.Count == SipLimits.MaxFields)
            {
                fault = SipFault.TooLarge("Too Many Header Fields");
                break;
            }

            var length = LengthOfField(block[start..end], ref fault);
            if (TryReadField(block, start, length, out var field))
            {
                fields.Add(field);
            }
            else
            {
                fault ??= SipFault.Bad("Malformed Header Line");
            }

            start += length + 2;
        }

        return new SipFields([.. fields]) { Fault = fault };
    }

    /// <summary>A bare CR or LF, or a NUL that is not escaped in a quoted string (rule SIP-MSG-11, RFC 4475 section 3.1.1.2).</summary>
    public static bool HasStray(ReadOnlySpan<byte> line)
    {
        for (var at = line.IndexOfAny((byte)'\r', (byte)'\n', (byte)0); at >= 0;)
        {
            if (line[at] != 0 || at == 0 || line[at - 1] != '\\')
            {
                return true;
            }

            var next = line[(at + 1)..].IndexOfAny((byte)'\r', (byte)'\n', (byte)0);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return false;
    }

    /// <summary>Up to the line break that is not followed by white space, itself not counted.</summary>
    private static int LengthOfField(ReadOnlySpan<byte> block, ref SipFault? fault)
    {
        var length = 0;
        while (true)
        {
            var line = block[length..].IndexOf("\r\n"u8);
            line = line < 0 ? block.Length - length : line;
            if (line > SipLimits.MaxLine)
            {
                fault ??= SipFault.TooLarge("Header Line Too Long");
            }

            if (HasStray(block.Slice(length, line)))
            {
                fault ??= SipFault.Bad("Stray Control Character");
            }

            length += line;
            if (length + 2 >= block.Length || block[length + 2] is not ((byte)' ' or (byte)'\t'))
            {
                return length;
            }

            length += 2;
        }
    }

    private static bool TryReadField(ReadOnlySpan<byte> block, int start, int length, out SipField field)
    {
        field = default;
        var line = block.Slice(start, length);
        var colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            return false;
        }

        var name = line[..colon].TrimEnd(" \t"u8);
        foreach (var b in name)
        {
            if (!SipText.IsToken([(char)b]))
            {
                return false;
            }
        }

        var value = line[(colon + 1)..];
        var lead = value.Length - value.TrimStart(" \t\r\n"u8).Length;
        var trimmed = value.Trim(" \t\r\n"u8);
        field = new SipField(SipHeader.NumberOf(name), (ushort)start, (ushort)name.Length, (ushort)(start + colon + 1 + lead), (ushort)trimmed.Length);
        return name.Length > 0;
    }
}
