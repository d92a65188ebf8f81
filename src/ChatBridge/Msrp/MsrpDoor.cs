using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge;

/// <summary>The MSRP door of one node: answers the message sections of calls, and carries what is said in them.</summary>
public sealed class MsrpDoor : IMessageLegs, IAsyncDisposable
{
    private const string Wrapped = "text/plain text/markdown text/html image/jpeg image/png image/gif application/im-iscomposing+xml message/imdn+xml"
        + " multipart/mixed multipart/alternative";

    private readonly ConcurrentDictionary<string, MsrpLeg> _legs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, MsrpSession> _sessions = new(StringComparer.Ordinal);
    private readonly FileSlots _slots = new();
    private readonly MsrpBridgeSettings _settings;
    private readonly MsrpTools _tools;
    private readonly MsrpStreams _streams;
    private readonly ILogger _log;
    private readonly MsrpRelay? _relay;
    private (int? Tcp, int? Tls) _ports;
    private int _stopped;

    public MsrpDoor(MsrpBridgeSettings settings, MsrpBridgeTools parts)
    {
        _settings = settings;
        _log = parts.Loggers.CreateLogger<MsrpDoor>();
        _tools = new MsrpTools(settings, parts, _log);
        _streams = new MsrpStreams(_tools, Find);
        _relay = settings.Relay is null ? null : new MsrpRelay(_tools, _streams, settings.Relay);
    }

    /// <summary>Ports in use; null where that transport is off.</summary>
    public (int? Tcp, int? Tls) Ports => _ports;

    /// <summary>Sections that are up or coming up.</summary>
    public int Legs => _legs.Count;

    /// <summary>Connections that are open.</summary>
    public int Connections => _streams.Count;

    /// <summary>Opens the ports. One that is taken is reported, and the other is opened nevertheless.</summary>
    public void Start() => _ports = (Open("TCP", _settings.Tcp, secure: false), Open("TLS", _settings.Tls, secure: true));

    public async ValueTask<MessageLegAnswer> AnswerAsync(MessageLegOffer offer)
    {
        var refused = MsrpMediaWriter.Refuse(offer.Section.Split("\r\n", 2)[0].TrimEnd('\n'));
        if (!MsrpMedia.TryRead(offer.Section, out var media))
            return new(refused, 488);
        if (_legs.TryGetValue(offer.LegId, out var known))
            return await AgainAsync(known, offer, media, refused).ConfigureAwait(false);
        if (offer.IsAnswer)
            return new(refused, 481);
        if (StatusOf(offer, media) is > 0 and var status)
            return new(refused, status);
        if ((media.IsSecure ? _ports.Tls : _ports.Tcp) is not { } port)
            return new(refused, 488);
        if (!CanReach(media))
            return new(refused, 488);
        if (media.File is null)
            return await BeginAsync(offer, media, port, null).ConfigureAwait(false) ?? new(refused, 503);
        if (_slots.Take(offer.Room, offer.Source) is > 0 and var full)
            return new(refused, full);
        var isTaken = false;
        try
        {
            var answer = await BeginFileAsync(offer, media, port, refused).ConfigureAwait(false);
            isTaken = answer.Refusal is null;
            return answer;
        }
        finally
        {
            if (!isTaken)
                _slots.Release(offer.Room, offer.Source);
        }
    }

    private async Task<MessageLegAnswer> BeginFileAsync(MessageLegOffer offer, MsrpMedia media, int port, string refused)
    {
        // Whoever is not inside yet hears only what they said themselves; the file is looked for when they are.
        var wanted = IsPull(media) && offer.IsAdmitted ? await _tools.Library.FindAsync(offer.Room, media.File!).ConfigureAwait(false) : null;
        if (wanted is null && IsPull(media) && offer.IsAdmitted)
            return new(refused, 404);
        if (!IsPull(media) && media.FileRange is not { Start: > 1 })
            await _tools.Broken.ForgetAsync(offer, media).ConfigureAwait(false);
        return await BeginAsync(offer, media, port, wanted).ConfigureAwait(false) ?? new(refused, 503);
    }

    public string? Describe(string legId) => _legs.TryGetValue(legId, out var leg) ? Describe(leg) : null;

    public void Enter(string legId, string participantId)
    {
        if (_legs.TryGetValue(legId, out var leg))
            leg.Enter(participantId);
    }

    public void Close(string legId)
    {
        if (!_legs.TryGetValue(legId, out var leg))
            return;
        Remove(leg); // the section may come back before this one is gone
        leg.Close();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 1)
            return;
        foreach (var leg in _legs.Values)
            leg.Close();
        await _streams.DisposeAsync().ConfigureAwait(false);
    }

    /// <returns>0 when it can be carried.</returns>
    private int StatusOf(MessageLegOffer offer, MsrpMedia media)
    {
        if (media.Port == 0)
            return 488;
        if (media.File is not { } file)
            return MsrpMedia.Accepts(media.AcceptTypes, "message/cpim") ? 0 : 488;
        if (_tools.Parts.Files is null)
            return 488;
        if (media.Direction == MediaDirection.RecvOnly)
            return 0;
        if (media.Direction != MediaDirection.SendOnly || file.Size is null)
            return 488;
        if (file.Size > _settings.MaxFile())
            return 413;
        return media.FileRange is { Start: > 1 } && !_tools.Broken.Has(offer, media) ? 488 : 0;
    }

    /// <summary>Where the other end waits, we must know where and be allowed to go there.</summary>
    private bool CanReach(MsrpMedia media) =>
        media.Setup != SetupRole.Passive || (MsrpStreams.TargetOf(media) is { } target && _settings.MayReach(target.Address));

    private MsrpUri NewAddress(MessageLegOffer offer, bool isSecure, int port)
    {
        var host = _settings.PublicHost.Length > 0 ? _settings.PublicHost
            : offer.LocalAddress.Contains(':', StringComparison.Ordinal) ? $"[{offer.LocalAddress}]" : offer.LocalAddress;
        return new MsrpUri(isSecure, host.Length > 0 ? host : IPAddress.Loopback.ToString(), port, _tools.Ids.Session());
    }

    private static bool IsPull(MsrpMedia media) => media is { File: not null, Direction: MediaDirection.RecvOnly };

    /// <returns>Null when our relay gives it no address.</returns>
    private async Task<MessageLegAnswer?> BeginAsync(MessageLegOffer offer, MsrpMedia media, int port, ShelvedFile? wanted)
    {
        var local = NewAddress(offer, media.IsSecure, port);
        var isFile = media.File is not null;
        var terms = new MsrpSessionTerms { MaxSize = MsrpLimits.MaxHeld, HasNicknames = !isFile, IsStream = isFile, ChunkTimeout = _settings.ChunkTimeout };
        var session = new MsrpSession(_tools.Ids, local, media.Path, terms);
        MsrpLeg? leg = null;
        var watched = offer with { Ended = end => End(leg!, end, offer.Ended) };
        leg = !isFile ? new RoomLeg(_tools, watched, media) { Session = session, FindLeg = FindLeg }
            : IsPull(media) ? new PullLeg(_tools, watched, wanted is null ? media : Whole(media, wanted.File), wanted) { Session = session }
            : new PushLeg(_tools, watched, media, media.FileRange is { Start: > 1 } ? _tools.Broken.Take(offer, media) : null) { Session = session };
        leg.Session.Owner = leg;
        leg.Connecting = _streams.Connect;
        if (!await LeaseAsync(leg, media).ConfigureAwait(false))
        {
            (leg as PushLeg)?.PutBack();
            leg.Dispose();
            return null;
        }
        _legs[offer.LegId] = leg;
        _sessions[local.Session] = leg.Session;
        _ = LiveAsync(leg);
        leg.Connect();
        return new(Describe(leg), IsFile: isFile);
    }

    /// <summary>The answer names the file in full.</summary>
    private MsrpMedia Whole(MsrpMedia media, SharedFile file)
    {
        var first = media.FileRange?.Start ?? 1;
        return media with
        {
            File = new MsrpFileSelector(file.Name, file.ContentType, file.Size, _tools.Shelf.HashOf(file.Id)),
            FileRange = first > 1 ? new MsrpByteRange(first, file.Size, file.Size) : null,
        };
    }

    /// <summary>It is not described any more when the call hears of its end: what is there then is another.</summary>
    private void End(MsrpLeg leg, MessageLegEnd end, Action<MessageLegEnd> told)
    {
        Remove(leg);
        told(end);
    }

    private void Remove(MsrpLeg leg)
    {
        if (_legs.TryRemove(new(leg.Offer.LegId, leg)) && leg is not RoomLeg)
            _slots.Release(leg.Offer.Room, leg.Offer.Source);
    }

    /// <summary>Where there is a relay, the session is reached and reaches others through it.</summary>
    private async Task<bool> LeaseAsync(MsrpLeg leg, MsrpMedia media)
    {
        if (_relay is not { } relay || !relay.Fits(media))
            return true;
        if (await relay.LeaseAsync(leg).ConfigureAwait(false) is null)
            return false;
        leg.Connecting = (session, _) => MsrpRelay.Introduce(_tools, session);
        leg.Session.Remote = leg.PathTo(media);
        return true;
    }

    private async Task LiveAsync(MsrpLeg leg)
    {
        await Task.Yield();
        await leg.RunAsync().ConfigureAwait(false);
        Remove(leg);
        _sessions.TryRemove(new(leg.Session.Local.Session, leg.Session));
    }

    /// <summary>A later description of the same section: hold, resume, another path, or its end (rule MSRP-S-6).</summary>
    private async Task<MessageLegAnswer> AgainAsync(MsrpLeg leg, MessageLegOffer offer, MsrpMedia media, string refused)
    {
        if (media.Port == 0)
        {
            Close(offer.LegId);
            return new(refused, 488);
        }
        var isMoved = !media.Path.SequenceEqual(leg.Media.Path);
        if (isMoved && !offer.IsAnswer && (media.IsSecure != leg.Session.Local.IsSecure || !CanReach(media)))
            return new(refused, 488);
        if (!offer.IsAnswer && (media.File is null) != (leg.Media.File is null))
            return new(refused, 488);
        leg.Follow(media);
        if (isMoved && !offer.IsAnswer && !await MoveAsync(leg, offer, media).ConfigureAwait(false))
            return new(refused, 503);
        return new(Describe(leg), IsFile: leg.Media.File is not null);
    }

    /// <summary>Another path is another session, with another address of ours; who is heard there is the same (RFC 4975 section 5.4).</summary>
    /// <returns>False when our relay gives the new session no address.</returns>
    private async Task<bool> MoveAsync(MsrpLeg leg, MessageLegOffer offer, MsrpMedia media)
    {
        var (old, local) = (leg.Session.Local, NewAddress(offer, media.IsSecure, leg.Session.Local.Port));
        _sessions[local.Session] = leg.Session;
        _sessions.TryRemove(old.Session, out _);
        var before = leg.Connection;
        lock (_tools.Gate)
            leg.Session.Move(_tools.Now, local, media.Path);
        before?.Wake();
        leg.Lease?.Dispose();
        leg.Lease = null;
        var isReachable = await LeaseAsync(leg, media).ConfigureAwait(false);
        leg.Moved();
        if (leg.IsDisposed)
            _sessions.TryRemove(new(local.Session, leg.Session)); // it has ended meanwhile
        return isReachable;
    }

    private string Describe(MsrpLeg leg)
    {
        var media = leg.Media;
        var address = _settings.PublicHost.Length > 0 ? _settings.PublicHost
            : leg.Offer.LocalAddress.Length > 0 ? leg.Offer.LocalAddress : leg.Session.Local.Host;
        return new MsrpMediaWriter
        {
            Local = leg.Session.Local,
            Relays = leg.Lease?.Path ?? [],
            Address = leg.Lease is { } lease ? lease.Path[0].Host.Trim('[', ']') : address,
            AcceptTypes = media.File is null ? ["message/cpim"] : ["*"],
            AcceptWrappedTypes = media.File is null ? Wrapped.Split(' ') : [],
            MaxSize = media.File?.Size ?? MsrpLimits.MaxHeld,
            File = media.File,
            FileTransferId = media.FileTransferId,
            FileRange = media.FileRange,
            Setup = media.Setup is null ? null : media.Setup == SetupRole.Passive ? SetupRole.Active : SetupRole.Passive,
            HasCema = media.HasCema,
            ChatRoom = media.File is null ? "nickname private-messages" : "",
            Direction = SdpWords.Flip(media.Direction),
            Fingerprint = media.IsSecure && leg.Lease is null ? FingerprintOf() : null,
        }.Print();
    }

    private Fingerprint? FingerprintOf() => _settings.Certificate()?.TargetCertificate is { } certificate
        ? Fingerprint.FromHash("sha-256", certificate.GetCertHash(HashAlgorithmName.SHA256))
        : null;

    private MsrpSession? Find(MsrpUri uri) =>
        _sessions.TryGetValue(uri.Session, out var session) && session.Local.IsSecure == uri.IsSecure ? session : null;

    private RoomLeg? FindLeg(string participantId) =>
        _legs.Values.OfType<RoomLeg>().FirstOrDefault(leg => leg.ParticipantId == participantId);

    private int? Open(string transport, int? port, bool secure)
    {
        if (port is not { } wanted)
            return null;
        var address = new IPEndPoint(_settings.Address, wanted);
        try
        {
            var local = _streams.Listen(address, secure);
            Log.MsrpListens(_log, transport, local.ToString());
            return local.Port;
        }
        catch (SocketException problem)
        {
            Log.MsrpCannotListen(_log, transport, address.ToString(), problem.Message);
            return null;
        }
    }
}
