using System.Collections.Concurrent;
using System.Globalization;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Presence;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>PUBLISH (RFC 3903): an account's or a named peer's user's own state, and nobody else's.</summary>
internal sealed class PublishDesk(FocusTools tools, IPresencePost post)
{
    private const string Tag = "SIP-ETag";
    private const string IfMatch = "SIP-If-Match";
    private const int Most = 200;
    private const int MostAddresses = 5_000;

    private static readonly SipEventRules Rules = new() { Packages = [PresenceDocument.Package] };

    private readonly ConcurrentDictionary<string, DateTimeOffset> _addresses = new(StringComparer.Ordinal);
    private int _open;

    public IPresenceDoor? Door { get; set; }

    /// <summary>Somebody published for this address here, and it has not run out.</summary>
    public bool Has(string address) => _addresses.TryGetValue(address, out var until) && until > tools.RoomClock.Now;

    /// <summary>Called on the loop.</summary>
    public void Take(Instant now, SipUserAgent agent, SipServerTransaction asked)
    {
        var request = asked.Request;
        if (Rules.Check(request) is { } fault)
            agent.Respond(now, asked, asked.Answer(fault.Status, fault.Reason).AddAll(fault.Headers));
        else if (PresenceDesk.WhoAsks(tools, asked) is not { } who || PresenceDesk.WhoIsMeant(tools, asked) != who || post.BelongsElsewhere(Door!, who))
            agent.Respond(now, asked, 403);
        else if (_open >= Most || (_addresses.Count >= MostAddresses && !_addresses.ContainsKey(who)))
            agent.Respond(now, asked, asked.Answer(503).Add(SipHeader.RetryAfter, "5"));
        else if (!request.Body.IsEmpty && !IsPresence(request))
            agent.Respond(now, asked, asked.Answer(415).Add(SipHeader.Accept, PresenceDocument.MediaType));
        else if (OrderOf(request, who) is not { } order)
            agent.Respond(now, asked, 400);
        else
            _ = PublishAsync(asked, order);
    }

    private static bool IsPresence(SipMessage request) =>
        request.First(SipHeader.ContentType)?.Split(';')[0].Trim().Equals(PresenceDocument.MediaType, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>A first one has a document, a renewal a tag, a change both (section 4).</summary>
    private static PresenceOrder? OrderOf(SipMessage request, string address)
    {
        var tag = request.First(IfMatch)?.Trim() ?? "";
        var state = request.Body.IsEmpty ? null : PresenceText.Read(address, request.Body);
        if ((request.Body.IsEmpty && tag.Length == 0) || (!request.Body.IsEmpty && state is null))
            return null;
        return new PresenceOrder(address, tag, state, TimeSpan.FromSeconds(Rules.Grant(request)));
    }

    private async Task PublishAsync(SipServerTransaction asked, PresenceOrder order)
    {
        Interlocked.Increment(ref _open);
        var (status, tag) = (412, (string?)null);
        try
        {
            tag = await post.PublishAsync(order, CancellationToken.None).ConfigureAwait(false);
            status = tag is not null ? 200 : order.Tag.Length > 0 ? 412 : 503;
        }
        catch (Exception problem) when (problem is OrleansException or TimeoutException)
        {
            status = 503;
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
        if (status == 200 && order.Lasts > TimeSpan.Zero)
            Remember(order);
        await tools.Endpoint.AskAsync((now, agent) =>
        {
            var answer = asked.Answer(status);
            if (tag is not null)
                answer.Add(Tag, tag).Add(SipHeader.Expires, ((long)order.Lasts.TotalSeconds).ToString(CultureInfo.InvariantCulture));
            agent.Respond(now, asked, answer);
            return true;
        }).ConfigureAwait(false);
    }

    /// <summary>One wait for each address, however often its devices renew.</summary>
    private void Remember(PresenceOrder order)
    {
        var until = tools.RoomClock.Now + order.Lasts;
        if (_addresses.TryAdd(order.Address, until))
            _ = SettleAsync(order.Address);
        else
            _addresses.AddOrUpdate(order.Address, until, (_, before) => before > until ? before : until);
    }

    /// <summary>When it has run out and was not renewed, watchers hear of it.</summary>
    private async Task SettleAsync(string address)
    {
        while (_addresses.TryGetValue(address, out var until) && until - tools.RoomClock.Now is var left && left > TimeSpan.Zero)
            await Task.Delay(left, tools.RoomClock.Time).ConfigureAwait(false);
        _addresses.TryRemove(address, out _);
        try
        {
            await post.SettleAsync(address, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is OrleansException or TimeoutException or ObjectDisposedException)
        {
            // Whoever asks next sees it.
        }
    }
}
