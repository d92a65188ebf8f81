using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Dtls;

/// <summary>
/// Looks at the records of a datagram before OpenSSL does and keeps only what may be useful (RFC 6347 section 4.1): an
/// attacker's plaintext alert or fragment bomb costs one packet, not the session (TU-02, TU-03, limit L4).
/// </summary>
internal struct DtlsRecords
{
    private const int HeaderSize = 13, HandshakeHeaderSize = 12;
    private const byte ChangeCipherSpec = 20, Alert = 21, Handshake = 22, ApplicationData = 23;
    private const int MaxFragments = 32, MaxReassembly = 64 * 1024, MaxMessages = 16, MaxEarly = 16;

    /// <summary>Explicit nonce, tag and one byte. OpenSSL 3.0 ends the connection on shorter records instead of dropping them.</summary>
    private const int MinEncrypted = 8 + 16 + 1;
    private int _fragments;
    private int _fragmentBytes;
    private int _early;

    /// <summary>Records dropped so far.</summary>
    public int Dropped { get; private set; }

    /// <summary>The datagram had an encrypted handshake record; once connected that can only be a repeated Finished.</summary>
    public bool SawFinished { get; private set; }

    /// <summary>The peer's flight was complete: fragments count anew.</summary>
    public void NoteProgress()
    {
        _fragments = 0;
        _fragmentBytes = 0;
        _early = 0;
    }

    /// <summary>Copies the acceptable records.</summary>
    /// <param name="datagram">As received.</param>
    /// <param name="destination">At least as long.</param>
    /// <param name="connected">After the handshake plaintext records have no business here.</param>
    /// <returns>Bytes kept.</returns>
    public int Filter(ReadOnlySpan<byte> datagram, Span<byte> destination, bool connected)
    {
        var kept = 0;
        SawFinished = false;
        while (datagram.Length >= HeaderSize)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[11..]);
            if (length > datagram.Length - HeaderSize)
            {
                break;
            }

            var record = datagram[..(HeaderSize + length)];
            datagram = datagram[record.Length..];
            if (Admits(record, connected))
            {
                record.CopyTo(destination[kept..]);
                kept += record.Length;
            }
            else
            {
                Dropped++;
            }
        }

        return kept;
    }

    private bool Admits(ReadOnlySpan<byte> record, bool connected)
    {
        var epoch = BinaryPrimitives.ReadUInt16BigEndian(record[3..]);
        if (record[1] != 0xFE || record.Length == HeaderSize)
        {
            return false;
        }

        if (epoch != 0)
        {
            SawFinished |= record[0] == Handshake && epoch == 1;
            var plausible = epoch == 1 && record.Length >= HeaderSize + MinEncrypted && record[0] is >= Alert and <= ApplicationData;
            return plausible && (connected || _early++ < MaxEarly);
        }

        return !connected && (record[0] == ChangeCipherSpec || (record[0] == Handshake && AdmitsMessages(record[HeaderSize..])));
    }

    private bool AdmitsMessages(ReadOnlySpan<byte> body)
    {
        while (!body.IsEmpty)
        {
            if (body.Length < HandshakeHeaderSize)
            {
                return false;
            }

            var total = ReadUInt24(body[1..]);
            var offset = ReadUInt24(body[6..]);
            var length = ReadUInt24(body[9..]);
            var sequence = BinaryPrimitives.ReadUInt16BigEndian(body[4..]);
            var lies = total > DtlsSession.MaxCertificate || offset + length > total || length > body.Length - HandshakeHeaderSize;
            if (lies || sequence >= MaxMessages || (length == 0 && total != 0) || (length != total && !AdmitsFragment(length)))
            {
                return false;
            }

            body = body[(HandshakeHeaderSize + length)..];
        }

        return true;
    }

    private bool AdmitsFragment(int length)
    {
        _fragments++;
        _fragmentBytes += length;
        return _fragments <= MaxFragments && _fragmentBytes <= MaxReassembly;
    }

    private static int ReadUInt24(ReadOnlySpan<byte> source) => (source[0] << 16) | (source[1] << 8) | source[2];
}
