using System.Net;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Errors;

/// <summary>
/// The fixed line that fail2ban reads: <c>auth failed addr=… kind=…</c>. Both ways out of the server (problems and the hub's envelope)
/// pass here, so a refused credential is in the log whoever refused it. What was shown is never written.
/// </summary>
internal static class AuthFailures
{
    public const string Category = "Sylk.Conference.Security";

    /// <summary>Writes the line when the refusal is about a credential that was shown and is wrong.</summary>
    public static void Note(HttpContext? context, string code)
    {
        if (context is null || Kind(context, code) is not { } kind)
            return;
        context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(Category).AuthFailed(Address(context.Connection.RemoteIpAddress), kind);
    }

    private static string? Kind(HttpContext context, string code) => code switch
    {
        ErrorCodes.PasscodeInvalid => "passcode",
        ErrorCodes.TokenInvalid or ErrorCodes.TokenExpired => context.Request.Path.StartsWithSegments("/api") ? "key" : "token",
        _ => null,
    };

    private static string Address(IPAddress? address) =>
        address is null ? "-" : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
}
