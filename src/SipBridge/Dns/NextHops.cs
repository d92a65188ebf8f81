using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>
/// Where a URI leads (RFC 3263, rule SIP-DNS-1): answers what <see cref="SipResolution"/> asks, from what is remembered or from the
/// DNS. Bounded (attack TS-24): 2 s in all, eight places, and what was not found is not asked again for half a minute.
/// </summary>
internal sealed class NextHops(IDnsSource dns, TimeProvider time)
{
    private const int MostRounds = 6;
    private const int MostQuestions = 16;
    private const int MostHops = 8;
    private const int MostKept = 1_024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Most = TimeSpan.FromHours(1);
    private static readonly TimeSpan Nothing = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<SipQuestion, (object Found, long Until)> _kept = new();

    /// <param name="transports">Those we have, in the order we prefer them.</param>
    /// <returns>In the order they are to be tried; none when nothing is known.</returns>
    public async Task<IReadOnlyList<SipHop>> FindAsync(SipUri uri, IReadOnlyList<SipTransport> transports)
    {
        var records = new Records();
        using var late = new CancellationTokenSource(Patience, time);
        for (var (round, asked) = (0, 0); ; round++)
        {
            var plan = SipResolution.Of(uri, records, transports, below => (uint)RandomNumberGenerator.GetInt32((int)Math.Max(1, below)));
            var open = plan.Questions.Distinct().Take(MostQuestions - asked).ToArray();
            if (open.Length == 0 || round == MostRounds)
                return [.. plan.Hops.Take(MostHops)];
            asked += open.Length;
            await Task.WhenAll(open.Select(question => AnswerAsync(question, records, late.Token))).ConfigureAwait(false);
        }
    }

    private async Task AnswerAsync(SipQuestion question, Records records, CancellationToken stop)
    {
        if (_kept.TryGetValue(question, out var kept) && kept.Until > time.GetTimestamp())
        {
            records.Add(question, kept.Found);
            return;
        }
        var (found, keep) = await AskAsync(question, stop).ConfigureAwait(false);
        if (_kept.Count >= MostKept)
            _kept.Clear();
        _kept[question] = (found, time.GetTimestamp() + (long)(keep.TotalSeconds * time.TimestampFrequency));
        records.Add(question, found);
    }

    private async Task<(object Found, TimeSpan Keep)> AskAsync(SipQuestion question, CancellationToken stop)
    {
        try
        {
            return question.Kind switch
            {
                SipQuestionKind.Naptr => Kept(await dns.NaptrAsync(question.Name, stop).ConfigureAwait(false)),
                SipQuestionKind.Srv => Kept(await dns.SrvAsync(question.Name, stop).ConfigureAwait(false)),
                _ => Kept(await dns.AddressesAsync(question.Name, stop).ConfigureAwait(false)),
            };
        }
        catch (OperationCanceledException)
        {
            return (Empty(question.Kind), Nothing);
        }
    }

    private static (object, TimeSpan) Kept<T>(DnsAnswer<T> answer)
    {
        var ttl = TimeSpan.FromSeconds(answer.Ttl);
        return (answer.Found, answer.Found.Count == 0 ? Nothing : ttl < Least ? Least : ttl > Most ? Most : ttl);
    }

    private static object Empty(SipQuestionKind kind) => kind switch
    {
        SipQuestionKind.Naptr => Array.Empty<SipNaptr>(),
        SipQuestionKind.Srv => Array.Empty<SipSrv>(),
        _ => Array.Empty<IPAddress>(),
    };

    /// <summary>What was found out for one plan.</summary>
    private sealed class Records : ISipRecords
    {
        private readonly ConcurrentDictionary<SipQuestion, object> _known = new();

        public void Add(SipQuestion question, object found) => _known[question] = found;

        public IReadOnlyList<SipNaptr>? Naptr(string name) => Find<SipNaptr>(SipQuestionKind.Naptr, name);

        public IReadOnlyList<SipSrv>? Srv(string name) => Find<SipSrv>(SipQuestionKind.Srv, name);

        public IReadOnlyList<IPAddress>? Addresses(string name) => Find<IPAddress>(SipQuestionKind.Address, name);

        private IReadOnlyList<T>? Find<T>(SipQuestionKind kind, string name) =>
            _known.TryGetValue(new SipQuestion(kind, name), out var found) ? (IReadOnlyList<T>)found : null;
    }
}
