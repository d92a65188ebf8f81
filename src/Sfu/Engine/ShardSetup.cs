using Microsoft.Extensions.Logging;
using Sylk.Conference.Protocols.Dtls;
using Sylk.Conference.Sfu.Routing;
using Sylk.Conference.Sfu.Routing.Relays;

namespace Sylk.Conference.Sfu.Engine;

/// <summary>What all shards of an engine share; immutable, or safe to use from several threads.</summary>
internal sealed record ShardSetup(DtlsContext Dtls, DtlsIdentity Identity, NtpClock Clock, IMediaListener Listener, ILogger Logger)
{
    /// <summary>Ways from shard to shard.</summary>
    public RelayLinks Links { get; init; } = new();

    public CodecRegistry Codecs { get; init; } = new();

    public int CoalesceMicroseconds { get; init; } = 3600;

    /// <summary>Nothing else may be due, yet the loop looks up now and then: a missed wake-up costs this much at most.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMilliseconds(200);
}
