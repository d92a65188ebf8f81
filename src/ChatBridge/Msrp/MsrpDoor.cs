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
    private const string Wrapped = "text/plain text/markdown text/html image/jpeg image/png image/gif application/im-iscomposing+xml message/imdn+xml";

    private readonly ConcurrentDictionary<string, MsrpLeg> _legs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, MsrpSession> _sessions = new(StringComparer.Ordinal);
    private readonly MsrpBridgeSettings _settings;
    private readonly MsrpTools _tools;
    private readonly MsrpStreams _streams;
    private readonly ILogger _log;
    private (int? Tcp, int? Tls) _ports;
    private int _stopped;

    public MsrpDoor(MsrpBridgeSettings settings, MsrpBridgeTools parts)
    {
        _settings = settings;
        _log = parts.Loggers.CreateLogger<MsrpDoor>();
        _tools = new MsrpTools(settings, parts, new MsrpIds(RandomNumberGenerator.GetBytes(32)), _log);
        _streams = new MsrpStreams(_tools, Find);
    }

    /// <summary>Ports in use; null where that transport is off.</summary>
    public (int? Tcp, int? Tls) Ports => _ports;

    /// <summary>Sections that are up or coming up.</summary>
    public int Legs => _legs.Count;

    /// <summary>Connections that are open.</summary>
    public int Connections => _streams.Count;

    /// <summary>Opens the ports. One that is taken is reported, and the other is opened nevertheless.</summary>
    public void Start() => _ports = (Open("TCP", _settings.Tcp, secure: false), Open("TLS", _settings.Tls, secure: true));

    public MessageLegAnswer Answer(MessageLegOffer offer)
    {
        var refused = MsrpMediaWriter.Refuse(offer.Section.Split("\r\n", 2)[0].TrimEnd('\n'));
        if (!MsrpMedia.TryRead(offer.Section, out var media))
            return new(refused, 488);
        if (_legs.TryGetValue(offer.LegId, out var known))
            return Again(known, media, refused);
        if (StatusOf(offer.Room, media) is > 0 and var status)
            return new(refused, status);
        if ((media.IsSecure ? _ports.Tls : _ports.Tcp) is not { } port)
            return new(refused, 488);
        var isActive = media.Setup == SetupRole.Passive;
        if (isActive && MsrpStreams.TargetOf(media) is var target && (target is null || !_settings.MayReach(target.Address)))
            return new(refused, 488);
        var leg = Begin(offer, media, port);
        if (isActive)
            _streams.Connect(leg.Session, media);
        return new(Describe(leg), IsFile: media.File is not null);
    }

    public void Enter(string legId, string participantId)
    {
        if (_legs.TryGetValue(legId, out var leg))
            leg.Enter(participantId);
    }

    public void Close(string legId)
    {
        if (_legs.TryGetValue(legId, out var leg))
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
    private int StatusOf(string room, MsrpMedia media)
    {
        if (media.Port == 0)
            return 488;
        if (media.File is not { } file)
            return MsrpMedia.Accepts(media.AcceptTypes, "message/cpim") ? 0 : 488;
        if (media.Direction == MediaDirection.RecvOnly && _tools.Parts.Files is not null)
            return _tools.Shelf.Find(room, file) is null ? 404 : 0;
        if (media.Direction != MediaDirection.SendOnly || file.Size is null || media.FileRange is { Start: > 1 } || _tools.Parts.Files is null)
            return 488;
        return file.Size > _settings.MaxFile() ? 413 : 0;
    }

    private MsrpLeg Begin(MessageLegOffer offer, MsrpMedia media, int port)
    {
        var host = _settings.PublicHost.Length > 0 ? _settings.PublicHost
            : offer.LocalAddress.Contains(':', StringComparison.Ordinal) ? $"[{offer.LocalAddress}]" : offer.LocalAddress;
        var local = new MsrpUri(media.IsSecure, host.Length > 0 ? host : IPAddress.Loopback.ToString(), port, _tools.Ids.Session());
        var isFile = media.File is not null;
        var terms = new MsrpSessionTerms { MaxSize = MsrpLimits.MaxHeld, HasNicknames = !isFile, IsStream = isFile, ChunkTimeout = _settings.ChunkTimeout };
        var session = new MsrpSession(_tools.Ids, local, media.Path, terms);
        MsrpLeg leg = !isFile ? new RoomLeg(_tools, offer, media) { Session = session, FindLeg = FindLeg }
            : media.Direction == MediaDirection.RecvOnly ? FetchFrom(offer, media, session)
            : new PushLeg(_tools, offer, media) { Session = session };
        leg.Session.Owner = leg;
        _legs[offer.LegId] = leg;
        _sessions[local.Session] = leg.Session;
        _ = LiveAsync(leg);
        return leg;
    }

    /// <summary>The answer names the file in full.</summary>
    private PullLeg FetchFrom(MessageLegOffer offer, MsrpMedia media, MsrpSession session)
    {
        var found = _tools.Shelf.Find(offer.Room, media.File!)!;
        var (file, first) = (found.File, media.FileRange?.Start ?? 1);
        var whole = media with
        {
            File = new MsrpFileSelector(file.Name, file.ContentType, file.Size, _tools.Shelf.HashOf(file.Id)),
            FileRange = first > 1 ? new MsrpByteRange(first, file.Size, file.Size) : null,
        };
        return new PullLeg(_tools, offer, whole, found) { Session = session };
    }

    private async Task LiveAsync(MsrpLeg leg)
    {
        await Task.Yield();
        await leg.RunAsync().ConfigureAwait(false);
        _legs.TryRemove(leg.Offer.LegId, out _);
        _sessions.TryRemove(leg.Session.Local.Session, out _);
    }

    /// <summary>A later description of the same section: hold, resume, another path, or its end.</summary>
    private MessageLegAnswer Again(MsrpLeg leg, MsrpMedia media, string refused)
    {
        if (media.Port == 0)
        {
            leg.Close();
            return new(refused);
        }
        (leg as RoomLeg)?.Follow(media);
        return new(Describe(leg));
    }

    private string Describe(MsrpLeg leg)
    {
        var media = leg.Media;
        var address = _settings.PublicHost.Length > 0 ? _settings.PublicHost
            : leg.Offer.LocalAddress.Length > 0 ? leg.Offer.LocalAddress : leg.Session.Local.Host;
        return new MsrpMediaWriter
        {
            Local = leg.Session.Local,
            Address = address,
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
            Fingerprint = media.IsSecure ? FingerprintOf() : null,
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
