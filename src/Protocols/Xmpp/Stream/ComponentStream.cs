using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Sylk.Conference.Protocols.Xmpp;

/// <summary>
/// Our end of a component's stream (XEP-0114): bytes and the time in; bytes, a deadline and events out. One life of one connection.
/// </summary>
public sealed class ComponentStream(string domain, string secret)
{
    private readonly StanzaSplitter _splitter = new();
    private readonly ArrayBufferWriter<byte> _out = new();
    private readonly Queue<ComponentEvent> _events = new();
    private Phase _phase;
    private Instant _deadline = Instant.Never;
    private Instant _heard;
    private string? _ping;
    private int _pings;

    private enum Phase : byte { New, Opening, Proving, Up, Down }

    public bool IsUp => _phase == Phase.Up;

    /// <summary>When <see cref="Tick"/> is due.</summary>
    public Instant Deadline => _deadline;

    public void Start(Instant now)
    {
        _phase = Phase.Opening;
        _deadline = now + XmppLimits.HandshakePatience;
        Write("<?xml version='1.0'?>");
        var header = new XmppElement("stream", XmppNames.Streams).Set("to", domain).ToString().Replace(
            $"<stream xmlns='{XmppNames.Streams}'", $"<stream:stream xmlns='{XmppNames.Component}' xmlns:stream='{XmppNames.Streams}'", StringComparison.Ordinal);
        Write(header[..^2] + ">");
    }

    /// <summary>Stanzas are written only while the stream is up.</summary>
    public void Send(XmppElement stanza)
    {
        if (_phase == Phase.Up)
        {
            _out.Write(XmppWriter.Write(stanza));
        }
    }

    /// <summary>The same for one that is written already.</summary>
    public void Send(ReadOnlySpan<byte> stanza)
    {
        if (_phase == Phase.Up)
        {
            _out.Write(stanza);
        }
    }

    public void Receive(Instant now, ReadOnlySpan<byte> bytes)
    {
        if (_phase is Phase.Down or Phase.New)
        {
            return;
        }

        if (!bytes.IsEmpty)
        {
            Heard(now);
        }

        _splitter.Append(bytes);
        while (_phase != Phase.Down && _splitter.TryTake(out var piece) is var kind and not StanzaPiece.None)
        {
            Take(now, kind, piece.Span);
        }
    }

    /// <summary>Time has passed: the handshake took too long, the server is to be asked, or has not answered.</summary>
    public void Tick(Instant now)
    {
        if (now < _deadline)
        {
            return;
        }

        if (_phase is Phase.Opening or Phase.Proving)
        {
            Fail("connection-timeout", "no handshake");
        }
        else if (_phase == Phase.Up && _ping is not null)
        {
            Fail("connection-timeout", "no answer to a ping");
        }
        else if (_phase == Phase.Up && now - _heard >= XmppLimits.PingAfter)
        {
            Ping(now);
        }
        else
        {
            _deadline = _heard + XmppLimits.PingAfter;
        }
    }

    /// <summary>In good order: the other end is told.</summary>
    public void Close()
    {
        if (_phase is Phase.New or Phase.Down)
        {
            return;
        }

        Write("</stream:stream>");
        Down(new ComponentDown("closed", "", IsOurs: true));
    }

    public bool TryTakeEvent(out ComponentEvent happened) => _events.TryDequeue(out happened!);

    /// <summary>What is to be sent, from the beginning of the stream; empty when nothing is. The bytes are the caller's.</summary>
    public byte[] TakeOutput()
    {
        if (_out.WrittenCount == 0)
        {
            return [];
        }

        var bytes = _out.WrittenSpan.ToArray();
        _out.ResetWrittenCount();
        return bytes;
    }

    private void Take(Instant now, StanzaPiece kind, ReadOnlySpan<byte> bytes)
    {
        switch (kind)
        {
            case StanzaPiece.Restricted:
                Fail("restricted-xml", "");
                break;
            case StanzaPiece.TooLarge:
                Fail("policy-violation", "larger or deeper than is read here");
                break;
            case StanzaPiece.Closed:
                Write("</stream:stream>");
                Down(new ComponentDown("closed", "", IsOurs: false));
                break;
            case StanzaPiece.Opened or StanzaPiece.Stanza when StanzaReader.TryRead(bytes) is { } element:
                Take(now, element, kind == StanzaPiece.Opened);
                break;
            default:
                Fail("not-well-formed", "");
                break;
        }
    }

    private void Take(Instant now, XmppElement element, bool isHeader)
    {
        if (element.Is("error", XmppNames.Streams))
        {
            var condition = element.Elements.FirstOrDefault(child => child.Namespace == XmppNames.StreamErrors && child.Name != "text");
            Down(new ComponentDown(condition?.Name ?? "undefined-condition", element.Child("text", XmppNames.StreamErrors)?.Text ?? "", IsOurs: false));
        }
        else if (_phase == Phase.Opening)
        {
            Prove(element, isHeader);
        }
        else if (_phase == Phase.Proving)
        {
            Proved(now, element);
        }
        else if (!IsPong(element))
        {
            _events.Enqueue(new StanzaArrived(element));
        }
    }

    private void Prove(XmppElement header, bool isHeader)
    {
        if (!isHeader || !header.Is("stream", XmppNames.Streams) || header["id"] is not { Length: > 0 } id)
        {
            Fail("invalid-namespace", "no header of a component stream");
            return;
        }

        _phase = Phase.Proving;
#pragma warning disable CA5350 // XEP-0114 is that old; the link is loopback or TLS
        var proof = SHA1.HashData(Encoding.UTF8.GetBytes(id + secret));
#pragma warning restore CA5350
        _out.Write(XmppWriter.Write(new XmppElement("handshake", XmppNames.Component).Say(Convert.ToHexStringLower(proof))));
    }

    private void Proved(Instant now, XmppElement element)
    {
        if (!element.Is("handshake", XmppNames.Component))
        {
            Fail("not-authorized", "no handshake");
            return;
        }

        _phase = Phase.Up;
        _heard = now;
        _deadline = now + XmppLimits.PingAfter;
        _events.Enqueue(new ComponentUp());
    }

    /// <summary>A question to ourselves goes through the server and back: it needs no host of any name there.</summary>
    private void Ping(Instant now)
    {
        _ping = $"alive-{++_pings}";
        _deadline = now + XmppLimits.PingPatience;
        Send(new XmppElement("iq", XmppNames.Component).Set("type", "get").Set("from", domain).Set("to", domain).Set("id", _ping)
            .Add(new XmppElement("ping", XmppNames.Ping)));
    }

    private bool IsPong(XmppElement stanza) => stanza.Name == "iq" && stanza["from"] == domain && stanza["id"] is { } id && id.StartsWith("alive-", StringComparison.Ordinal);

    private void Heard(Instant now)
    {
        _heard = now;
        if (_ping is null || _phase != Phase.Up)
        {
            return;
        }

        _ping = null;
        _deadline = now + XmppLimits.PingAfter;
    }

    private void Fail(string condition, string text)
    {
        var error = new XmppElement("error", XmppNames.Streams).Add(new XmppElement(condition, XmppNames.StreamErrors));
        if (text.Length > 0)
        {
            error.Add(new XmppElement("text", XmppNames.StreamErrors).Say(text));
        }

        _out.Write(XmppWriter.Write(error));
        Write("</stream:stream>");
        Down(new ComponentDown(condition, text, IsOurs: true));
    }

    private void Down(ComponentDown reason)
    {
        _phase = Phase.Down;
        _deadline = Instant.Never;
        _events.Enqueue(reason);
    }

    private void Write(string text) => _out.Write(Encoding.UTF8.GetBytes(text));
}
