using System.Text;
using Sylk.Conference.Protocols.Msrp;

namespace Sylk.Conference.Protocols.Tests.Msrp;

/// <summary>Two ends of a connection without a network: what one sends the other receives when a test says so.</summary>
internal sealed class MsrpPair
{
    private readonly MsrpIds _ids = new(new byte[16]);

    public MsrpPair(MsrpSessionTerms? terms = null)
    {
        var (here, there) = (Uri("here"), Uri("there"));
        Ours = new MsrpSession(_ids, here, [there], terms ?? new MsrpSessionTerms());
        Theirs = new MsrpSession(_ids, there, [here], new MsrpSessionTerms());
        Us = new MsrpLink(default, uri => uri.Equals(here) ? Ours : null);
        Them = new MsrpLink(default, uri => uri.Equals(there) ? Theirs : null);
    }

    public Instant Now { get; set; }

    public MsrpSession Ours { get; }

    public MsrpSession Theirs { get; }

    public MsrpLink Us { get; }

    public MsrpLink Them { get; }

    /// <summary>All we have sent, as text.</summary>
    public StringBuilder Said { get; } = new();

    public static MsrpUri Uri(string session) => new(false, "127.0.0.1", 2855, session);

    /// <summary>They connect and say who they are.</summary>
    public MsrpPair Bind()
    {
        Them.Introduce(Theirs);
        Run();
        Said.Clear();
        Us.TryTakeEvent(out _);
        Them.TryTakeEvent(out _);
        return this;
    }

    /// <summary>Until neither has anything to say.</summary>
    public void Run()
    {
        var any = true;
        while (any)
        {
            any = false;
            while (Them.TryTakeOutput(Now, out var bytes))
            {
                Us.Receive(Now, bytes.Span);
                any = true;
            }

            while (Us.TryTakeOutput(Now, out var bytes))
            {
                Said.Append(Encoding.UTF8.GetString(bytes.Span));
                Them.Receive(Now, bytes.Span);
                any = true;
            }
        }
    }

    /// <summary>We receive this from them.</summary>
    public string Hear(string text)
    {
        Said.Clear();
        Us.Receive(Now, Encoding.UTF8.GetBytes(text));
        while (Us.TryTakeOutput(Now, out var bytes))
        {
            Said.Append(Encoding.UTF8.GetString(bytes.Span));
        }

        return Said.ToString();
    }

    public string HearSend(string range, string body, char flag = '$', string more = "", string id = "m1", string to = "here") => Hear(
        $"MSRP tid1 SEND\r\nTo-Path: {Uri(to)}\r\nFrom-Path: {Uri("there")}\r\nMessage-ID: {id}\r\n{(range.Length > 0 ? $"Byte-Range: {range}\r\n" : "")}{more}Content-Type: text/plain\r\n\r\n{body}\r\n-------tid1{flag}\r\n");

    public T? Next<T>()
        where T : MsrpEvent
    {
        while (Us.TryTakeEvent(out var happened))
        {
            if (happened is T wanted)
            {
                return wanted;
            }
        }

        return null;
    }
}
