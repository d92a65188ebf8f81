using System.Buffers.Binary;
using Sylk.Conference.Protocols.Srtp;

namespace Sylk.Conference.Micro.Srtp;

/// <summary>One stream between a sender and a receiver, every packet with a new index.</summary>
internal sealed class SrtpFlow
{
    private const int HeaderLength = 20;
    private const uint Ssrc = 0x5501A0B2;

    private readonly SrtpSender _sender;
    private readonly SrtpReceiver _receiver;
    private readonly byte[] _buffer = new byte[2048];
    private readonly int _length;
    private ulong _index;

    public SrtpFlow(SrtpProfile profile, int length)
    {
        _length = length;
        byte[] key = [.. Enumerable.Range(0, profile.KeyLength).Select(i => (byte)i)];
        byte[] salt = [.. Enumerable.Range(0, profile.SaltLength).Select(i => (byte)(0x40 + i))];
        _sender = new SrtpSender(profile, key, salt);
        _receiver = new SrtpReceiver(profile, key, salt);
    }

    public int Protect()
    {
        WriteHeader();
        return _sender.Protect(_buffer, HeaderLength, _length, (uint)(_index >> 16));
    }

    public int ProtectAndUnprotect()
    {
        var length = Protect();
        var verdict = _receiver.Unprotect(_buffer.AsSpan(0, length), HeaderLength, Ssrc, (ushort)_index, out var plain, out _);
        return verdict == SrtpVerdict.Accepted ? plain : throw new InvalidOperationException(verdict.ToString());
    }

    public int ProtectAndUnprotectRtcp()
    {
        WriteHeader();
        var length = _sender.ProtectRtcp(_buffer, _length);
        var verdict = _receiver.UnprotectRtcp(_buffer.AsSpan(0, length), out var plain);
        return verdict == SrtpVerdict.Accepted ? plain : throw new InvalidOperationException(verdict.ToString());
    }

    private void WriteHeader()
    {
        _index++;
        _buffer[0] = 0x90;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(2), (ushort)_index);
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(8), Ssrc);
    }
}
