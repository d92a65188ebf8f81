namespace Sylk.Conference.Server;

/// <summary>Event ids: 1000 server, 7000 API, 8000 webhooks, 9000 security. No display names, keys or SDP.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Warning, "Web:EmbedOrigins contains *: every site may embed pages and use the doors")]
    public static partial void AnyOrigin(this ILogger log);

    [LoggerMessage(1019, LogLevel.Warning, "phones are not served: {Libraries} not installed")]
    public static partial void NoPhones(this ILogger log, string libraries);

    [LoggerMessage(1029, LogLevel.Warning, "accounts, trunks and routes of phones could not be read: {Problem}")]
    public static partial void PhonesNotRead(this ILogger log, string problem);

    [LoggerMessage(1001, LogLevel.Warning, "there is no web app in {Folder}; only the doors for programs are open")]
    public static partial void NoWebApp(this ILogger log, string folder);

    [LoggerMessage(1002, LogLevel.Information, "configuration read again; in force: {Keys}")]
    public static partial void Reloaded(this ILogger log, string keys);

    [LoggerMessage(1003, LogLevel.Warning, "{Key} has changed; it needs a restart")]
    public static partial void NeedsRestart(this ILogger log, string key);

    [LoggerMessage(1004, LogLevel.Error, "configuration not taken over: {Problem}")]
    public static partial void ReloadProblem(this ILogger log, string problem);

    [LoggerMessage(1005, LogLevel.Warning, "the server is {Status} now; {Checks}")]
    public static partial void ReadinessChanged(this ILogger log, string status, string checks);

    [LoggerMessage(1006, LogLevel.Warning, "check {Check} failed")]
    public static partial void CheckFailed(this ILogger log, string check, Exception problem);

    [LoggerMessage(1007, LogLevel.Information, "certificate {File} taken, valid until {Until}")]
    public static partial void CertificateTaken(this ILogger log, string file, DateTime until);

    [LoggerMessage(1008, LogLevel.Error, "certificate {File} not taken, the old one stays: {Problem}")]
    public static partial void CertificateRefused(this ILogger log, string file, string problem);

    [LoggerMessage(1009, LogLevel.Warning, "this node drains: media of {Rooms} rooms, {Connections} connections")]
    public static partial void DrainBegins(this ILogger log, int rooms, int connections);

    [LoggerMessage(1010, LogLevel.Warning, "this node is drained; left behind: {Rooms} rooms, {Connections} connections")]
    public static partial void DrainEnds(this ILogger log, int rooms, int connections);

    [LoggerMessage(1011, LogLevel.Warning, "room {Room} could not be asked to leave this node; trying again")]
    public static partial void NotVacated(this ILogger log, string room, Exception problem);

    [LoggerMessage(7000, LogLevel.Error, "hub method with {Request} failed, trace {Trace}")]
    public static partial void HubFailed(this ILogger log, string request, string trace, Exception problem);

    [LoggerMessage(7001, LogLevel.Debug, "events for connection {Connection} stopped")]
    public static partial void PumpFailed(this ILogger log, string connection, Exception problem);

    [LoggerMessage(7002, LogLevel.Error, "request {Path} failed, trace {Trace}")]
    public static partial void RequestFailed(this ILogger log, string path, string trace, Exception problem);

    [LoggerMessage(7003, LogLevel.Information, "{Count} files no room knows were deleted")]
    public static partial void FilesSwept(this ILogger log, int count);

    [LoggerMessage(7004, LogLevel.Warning, "files no room knows stay another hour: {Problem}")]
    public static partial void SweepFailed(this ILogger log, string problem);

    [LoggerMessage(7005, LogLevel.Warning, "messages kept long enough stay a while longer: {Problem}")]
    public static partial void BooksNotSwept(this ILogger log, string problem);

    [LoggerMessage(7006, LogLevel.Debug, "a receipt was not told")]
    public static partial void ReceiptNotTold(this ILogger log, Exception problem);

    [LoggerMessage(8000, LogLevel.Error, "webhooks: events could not be turned into deliveries; trying again")]
    public static partial void WebhookPumpFailed(this ILogger log, Exception problem);

    [LoggerMessage(8001, LogLevel.Error, "webhook {Webhook}: its deliveries could not be read or written; trying again")]
    public static partial void WebhookWorkFailed(this ILogger log, string webhook, Exception problem);

    [LoggerMessage(8002, LogLevel.Warning, "webhook {Webhook} has accepted nothing since {Since:O} and is switched off")]
    public static partial void WebhookDisabled(this ILogger log, string webhook, DateTimeOffset since);

    [LoggerMessage(8003, LogLevel.Error, "the event log could not be read; trying again")]
    public static partial void EventTailFailed(this ILogger log, Exception problem);
    /// <summary>The wording is a contract with fail2ban; see <see cref="Errors.AuthFailures"/>.</summary>
    [LoggerMessage(9001, LogLevel.Warning, "auth failed addr={Address} kind={Kind}")]
    public static partial void AuthFailed(this ILogger log, string address, string kind);

    [LoggerMessage(9000, LogLevel.Warning, "origin refused addr={Address} origin={Origin}")]
    public static partial void OriginRefused(this ILogger log, string address, string origin);

    [LoggerMessage(9002, LogLevel.Warning, "keys of issuer {Issuer} could not be read: {Cause}; the ones there were stay good for a day")]
    public static partial void IssuerKeysUnread(this ILogger log, string issuer, string cause);

    [LoggerMessage(9003, LogLevel.Warning, "a sign-in did not work out: {Cause}")]
    public static partial void SignInFailed(this ILogger log, string cause);
}
