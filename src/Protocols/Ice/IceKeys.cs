using System.Text;
using Sylk.Conference.Protocols.Stun;

namespace Sylk.Conference.Protocols.Ice;

/// <summary>Both sides' credentials of one ICE generation as bytes, so that a check costs no conversion.</summary>
internal sealed class IceKeys
{
    private byte[] _remoteUfrag = [];
    private byte[] _remotePassword = [];

    public IceKeys(IceCredentials local)
    {
        LocalUfrag = Encoding.ASCII.GetBytes(local.Ufrag);
        LocalPassword = Encoding.ASCII.GetBytes(local.Password);
    }

    public byte[] LocalUfrag { get; }

    public byte[] LocalPassword { get; }

    public byte[] RemoteUfrag => _remoteUfrag;

    public byte[] RemotePassword => _remotePassword;

    public bool HasRemote { get; private set; }

    public void SetRemote(IceCredentials remote)
    {
        _remoteUfrag = Encoding.ASCII.GetBytes(remote.Ufrag);
        _remotePassword = Encoding.ASCII.GetBytes(remote.Password);
        HasRemote = true;
    }

    /// <summary>
    /// Is the request addressed to us under these credentials and signed with our password? The right part of USERNAME may be
    /// anything before the remote description is known (trickle).
    /// </summary>
    public bool Authenticates(in StunMessage request) => IsAddressed(request.Username) && request.VerifyIntegrity(LocalPassword);

    /// <summary>An answer is signed with the other side's password.</summary>
    public bool AuthenticatesAnswer(in StunMessage answer) => HasRemote && answer.VerifyIntegrity(_remotePassword);

    private bool IsAddressed(ReadOnlySpan<byte> username)
    {
        var colon = username.IndexOf((byte)':');
        return colon >= 0 && username[..colon].SequenceEqual(LocalUfrag) && (!HasRemote || username[(colon + 1)..].SequenceEqual(_remoteUfrag));
    }
}
