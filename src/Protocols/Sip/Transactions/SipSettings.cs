namespace Sylk.Conference.Protocols.Sip;

/// <summary>How the SIP core behaves.</summary>
public sealed record SipSettings
{
    /// <summary>Round-trip estimate, RFC 3261 section 17.1.1.1.</summary>
    public TimeSpan T1 { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest wait between retransmissions of requests other than INVITE, and of final answers.</summary>
    public TimeSpan T2 { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long a message may stay in the network.</summary>
    public TimeSpan T4 { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The host of ours in Via and Contact: the advertised one of the listener.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port of ours in Via and Contact by transport; 0 leaves it out.</summary>
    public IReadOnlyDictionary<SipTransport, int> Ports { get; init; } = new Dictionary<SipTransport, int>();

    /// <summary>Transactions of both kinds at once (limit L11).</summary>
    public int MaxTransactions { get; init; } = 10_000;

    /// <summary>Answers per second to those beyond, then silence.</summary>
    public int MaxOverloadAnswers { get; init; } = 100;

    /// <summary>Seconds in Retry-After then.</summary>
    public int RetryAfter { get; init; } = 10;

    /// <summary>Bytes of a request beyond which UDP gives way to TCP (section 18.1.1).</summary>
    public int MaxDatagram { get; init; } = 1300;

    /// <summary>Rejections remembered for those who try again with a new branch (rule SIP-TX-4).</summary>
    public int MaxRejections { get; init; } = 1024;

    public SipUasRules Rules { get; init; } = new();

    /// <summary>User-Agent and Server; empty for none.</summary>
    public string Product { get; init; } = "Sylk.Conference";

    internal TimeSpan T1Times64 => T1 * 64;

    /// <summary>Timer D: at least 32 s (section 17.1.1.2).</summary>
    internal TimeSpan TimerD => T1Times64 > TimeSpan.FromSeconds(32) ? T1Times64 : TimeSpan.FromSeconds(32);

    internal int PortOf(SipTransport transport) => Ports.TryGetValue(transport, out var port) ? port : 0;
}
