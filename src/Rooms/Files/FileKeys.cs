using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sylk.Conference.Rooms;

/// <summary>
/// The last part of a download address: made from a secret of the room for one file and one participant, so that an
/// address that gets about serves nobody once its owner has left, and is never worth more than one file.
/// </summary>
public static class FileKeys
{
    private const int Octets = 16;

    public static string For(string roomKey, string fileId, string participantId)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(roomKey), Encoding.UTF8.GetBytes($"{fileId}\n{participantId}"), hash);
        return Base64Url.EncodeToString(hash[..Octets]);
    }

    internal static bool AreSame(string a, string b) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));
}
