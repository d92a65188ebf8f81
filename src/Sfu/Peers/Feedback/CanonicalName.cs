using System.Security.Cryptography;
using System.Text;

namespace Sylk.Conference.Sfu.Peers.Feedback;

/// <summary>A short-term persistent CNAME (RFC 7022 §4.2): 96 random bits, never a person's name.</summary>
internal static class CanonicalName
{
    public static byte[] Create() => Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(12)));
}
