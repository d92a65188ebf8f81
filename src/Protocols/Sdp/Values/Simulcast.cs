namespace Sylk.Conference.Protocols.Sdp;

/// <summary>One way to encode a simulcast stream: a rid, written with <c>~</c> when it starts paused.</summary>
public readonly record struct SimulcastRid(string Id, bool Paused = false)
{
    public override string ToString() => Paused ? "~" + Id : Id;
}

/// <summary>
/// <c>a=simulcast</c> (RFC 8853 §5.1): for each direction a list of streams, each a list of alternatives of which one
/// is used at a time. A direction not written is empty. A rid may stand in a line once (§5.2), and at most
/// <see cref="MostRids"/> may.
/// </summary>
public sealed record Simulcast(
    IReadOnlyList<IReadOnlyList<SimulcastRid>> Send,
    IReadOnlyList<IReadOnlyList<SimulcastRid>> Receive) : ISdpValue<Simulcast>
{
    public const int MostRids = 32;

    public static string AttributeName => "simulcast";

    public static bool TryParse(ReadOnlySpan<char> text, out Simulcast value)
    {
        List<IReadOnlyList<SimulcastRid>> send = [], receive = [];
        var seen = new HashSet<string>();
        value = new Simulcast(send, receive);
        while (SdpText.TryNextToken(ref text, out var direction))
        {
            var streams = direction is "send" ? send : receive;
            if (direction is not ("send" or "recv") || streams.Count > 0
                || !SdpText.TryNextToken(ref text, out var list) || !TryReadStreams(list, streams, seen))
            {
                return false;
            }
        }

        return send.Count + receive.Count > 0;
    }

    public string ToText()
    {
        var send = Send.Count > 0 ? "send " + Join(Send) : "";
        var receive = Receive.Count > 0 ? "recv " + Join(Receive) : "";
        return send.Length > 0 && receive.Length > 0 ? $"{send} {receive}" : send + receive;
    }

    private static string Join(IReadOnlyList<IReadOnlyList<SimulcastRid>> streams) =>
        string.Join(';', streams.Select(alternatives => string.Join(',', alternatives)));

    private static bool TryReadStreams(
        ReadOnlySpan<char> text, List<IReadOnlyList<SimulcastRid>> streams, HashSet<string> seen)
    {
        while (SdpText.TryNextToken(ref text, out var stream, ';'))
        {
            var alternatives = new List<SimulcastRid>();
            while (SdpText.TryNextToken(ref stream, out var word, ','))
            {
                var paused = word[0] == '~';
                var id = paused ? word[1..] : word;
                if (!Rid.IsIdentifier(id) || seen.Count == MostRids)
                {
                    return false;
                }

                var rid = new SimulcastRid(id.ToString(), paused);
                if (!seen.Add(rid.Id))
                {
                    return false;
                }

                alternatives.Add(rid);
            }

            if (alternatives.Count > 0)
            {
                streams.Add(alternatives);
            }
        }

        return streams.Count > 0;
    }
}
