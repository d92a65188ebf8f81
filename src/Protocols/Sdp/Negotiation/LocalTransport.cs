namespace Sylk.Conference.Protocols.Sdp;

/// <summary>What our end of the bundled transport says about itself in an offer or an answer.</summary>
public sealed class LocalTransport
{
    public required string IceUfrag { get; init; }

    public required string IcePwd { get; init; }

    public required Fingerprint Fingerprint { get; init; }

    /// <summary>Values of candidate lines, without <c>candidate:</c>.</summary>
    public IReadOnlyList<string> Candidates { get; init; } = [];

    public bool EndOfCandidates { get; init; }

    public bool IceLite { get; init; }

    public string? IceOptions { get; init; }

    public ulong SessionId { get; init; } = 1;

    /// <summary>Rises by one with each description of the session (RFC 3264 §8).</summary>
    public ulong Version { get; init; } = 1;
}
