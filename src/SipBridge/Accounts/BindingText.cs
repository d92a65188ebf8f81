using System.Globalization;
using System.Net;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>Bindings between this node's form and the one all nodes read: flows as text, times of the calendar.</summary>
internal static class BindingText
{
    public static PhoneBinding Write(SipBinding binding, Instant now, DateTimeOffset today, string node) => new(
        binding.Contact.ToString(), today + (binding.ExpiresAt - now), binding.CallId, binding.Sequence, NodeOf(binding, node), Way(binding.Flow))
    {
        Path = [.. binding.Path],
        UserAgent = binding.UserAgent,
        IsOutbound = binding.IsOutbound,
    };

    /// <returns>Null when it cannot be read.</returns>
    public static SipBinding? Read(PhoneBinding binding, Instant now, DateTimeOffset today, string node)
    {
        if (!SipNameAddress.TryParse(binding.Contact, out var contact) || FlowOf(binding.Way) is not { } flow)
            return null;
        // A connection's number is its node's alone.
        var ours = binding.Node == node ? flow : flow with { Connection = 0 };
        return new SipBinding(contact, now + (binding.ExpiresAt - today), binding.CallId, (uint)binding.Sequence, ours)
        {
            Path = binding.Path,
            UserAgent = binding.UserAgent,
            IsOutbound = binding.IsOutbound,
        };
    }

    public static string Way(SipFlow flow) =>
        string.Create(CultureInfo.InvariantCulture, $"{flow.Transport} {flow.Remote.ToIPEndPoint()} {flow.Connection}");

    public static SipFlow? FlowOf(string way)
    {
        var parts = way.Split(' ');
        return parts.Length == 3 && Enum.TryParse<SipTransport>(parts[0], out var transport) && IPEndPoint.TryParse(parts[1], out var remote)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var connection)
            ? new SipFlow(transport, TransportAddress.From(remote), connection) : null;
    }

    /// <summary>A stream without a number came in on another node and has not been refreshed here.</summary>
    private static string NodeOf(SipBinding binding, string node) => binding.Flow.Transport.IsReliable() && binding.Flow.Connection == 0 ? "" : node;
}
