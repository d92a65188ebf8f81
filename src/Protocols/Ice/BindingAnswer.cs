using Sylk.Conference.Protocols.Stun;

namespace Sylk.Conference.Protocols.Ice;

/// <summary>The answers to an authenticated Binding request (RFC 8445 section 7.3, RFC 8489 section 6.3).</summary>
internal static class BindingAnswer
{
    public static int Success(Span<byte> destination, in StunMessage request, in TransportAddress mapped, ReadOnlySpan<byte> key)
    {
        var writer = new StunWriter(destination, StunClass.Success, request.TransactionId);
        writer.AddXorMappedAddress(mapped);
        return writer.Finish(key);
    }

    public static int BadRequest(Span<byte> destination, in StunMessage request, ReadOnlySpan<byte> key) =>
        Error(destination, request, 400, "Bad Request"u8, key);

    public static int RoleConflict(Span<byte> destination, in StunMessage request, ReadOnlySpan<byte> key) =>
        Error(destination, request, 487, "Role Conflict"u8, key);

    public static int UnknownAttribute(Span<byte> destination, in StunMessage request, ReadOnlySpan<byte> key)
    {
        var writer = new StunWriter(destination, StunClass.Error, request.TransactionId);
        writer.AddErrorCode(420, "Unknown Attribute"u8);
        writer.AddUnknownAttribute(request.UnknownRequired);
        return writer.Finish(key);
    }

    private static int Error(Span<byte> destination, in StunMessage request, int code, ReadOnlySpan<byte> reason, ReadOnlySpan<byte> key)
    {
        var writer = new StunWriter(destination, StunClass.Error, request.TransactionId);
        writer.AddErrorCode(code, reason);
        return writer.Finish(key);
    }
}
