using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sylk.Conference.Rooms.Tests;
using Sylk.Conference.Server.Hosting;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Tests;

/// <summary>Product §18 for lines: stable fields, fixed security lines, one event one line, and what never stands in them.</summary>
public sealed class LogTests
{
    private static readonly DateTimeOffset Then = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    [Fact(DisplayName = "Product 18 JSON lines have the stable fields")]
    public void Json_has_the_stable_fields()
    {
        using var activity = new Activity("test").Start();
        var line = JsonDocument.Parse(Written("json", log => log.Everything("standup", "ses_1", "pt_1", "room_full"))).RootElement;
        Assert.Equal("2026-11-24T10:00:00.000Z", line.GetProperty("time").GetString());
        Assert.Equal("warning", line.GetProperty("level").GetString());
        Assert.Equal(2003, line.GetProperty("event_id").GetInt32());
        Assert.Equal("standup ses_1 pt_1 room_full", line.GetProperty("message").GetString());
        foreach (var (name, value) in new[]
        {
            ("sylk.room", "standup"), ("sylk.session", "ses_1"), ("sylk.participant", "pt_1"), ("code", "room_full"), ("trace_id", activity.TraceId.ToHexString()),
        })
            Assert.Equal(value, line.GetProperty(name).GetString());
    }

    [Fact(DisplayName = "Product 18 Text lines have the same fields behind the message")]
    public void Text_has_the_stable_fields() => Assert.Equal(
        "2026-11-24T10:00:00.000Z info 2000 Sylk.Test: opened standup in abc sylk.room=standup trace_id=abc\n",
        Written("text", log => log.Opened("standup", "abc")));

    [Theory(DisplayName = "R-31 Whatever a stranger sends stays in one line of at most 8 KiB, uncoloured and in its direction")]
    [InlineData("text")]
    [InlineData("json")]
    public void Injected_text_stays_in_its_line(string format)
    {
        var nasty = "a\r\n2026 critical 9001 forged\u001b[31m\u202e\u2066\u2028\0\u0085" + new string('\u0001', 20_000);
        var line = Written(format, log => log.Said(nasty, nasty, new InvalidOperationException(nasty)));
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        Assert.InRange(Encoding.UTF8.GetByteCount(line), 100, 8192);
        Assert.DoesNotContain(line.TrimEnd('\n'), c => char.IsControl(c) || c is '\u202e' or '\u2066' or '\u2028');
    }

    [Fact(DisplayName = "L23 Ten identical events a second are written, then a line a minute says how many were not")]
    public void Repetition_is_bounded()
    {
        var time = new ManualTime();
        var formatter = new LineFormatter(new ObservabilityOptions(), false, time);
        Assert.Equal(10, Enumerable.Range(0, 25).Count(_ => Format(formatter, "same").Length > 0));
        Assert.NotEqual("", Format(formatter, "another"));
        time.Advance(TimeSpan.FromSeconds(61));
        var lines = Format(formatter, "another").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Contains("15 more times: same", lines[0], StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Product 18 A refused token is a line for fail2ban, word for word, and the token is nowhere at any level")]
    public async Task Refused_credentials_are_told_and_never_shown()
    {
        var lines = new Lines();
        await using var server = await RunningServer.StartAsync(["--Observability:LogLevel=Trace"], services => services.AddSingleton<ILoggerProvider>(lines));
        await using var client = await HubClient.ConnectAsync(server);
        var refused = await client.CallAsync("Join", new { room = "secretive", displayName = "Mallory Displayname", token = "eyJhbGciOiJIUzI1NiJ9.secret-token.x" });
        Assert.Equal("token_invalid", HubClient.Code(refused));
        Assert.Equal(32, refused.GetProperty("error").GetProperty("traceId").GetString()!.Length);
        Assert.Equal("auth failed addr=127.0.0.1 kind=token", Assert.Single(lines.All, line => line.Id == 9001).Text);
        Assert.DoesNotContain(lines.All, line => line.Text.Contains("secret-token", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "R-32 Names, chat, offers and keys are in no line above debug; tokens, resume keys and passwords of ICE in none at all")]
    public async Task Personal_data_stays_out()
    {
        var lines = new Lines();
        await using var server = await RunningServer.StartAsync(["--Observability:LogLevel=Trace"], services => services.AddSingleton<ILoggerProvider>(lines));
        await using var alice = await HubClient.ConnectAsync(server);
        var joined = await alice.JoinAsync(new
        {
            room = "private",
            displayName = "Alice Displayname",
            attributes = new Dictionary<string, string> { ["phone"] = "+31 20 800 5161" },
            offer = new { seq = 1, sdp = "v=0\r\na=ice-pwd:alicesicepasswordsecret1\r\n" },
        });
        await alice.CallAsync("SendChat", new { content = "the chat text" });
        await alice.CallAsync("UpdateSelf", new { displayName = "Alice Othername" });
        await alice.CallAsync("Negotiate", new { seq = 2, sdp = "incompatible a=ice-pwd:alicesicepasswordsecret2" });
        await alice.CallAsync("Leave");
        Assert.Contains(lines.All, line => line.Id == 2000);
        string[] never = [joined.GetProperty("resumeKey").GetString()!, "alicesicepasswordsecret"];
        string[] quiet = ["Displayname", "Othername", "800 5161", "the chat text"];
        Assert.DoesNotContain(lines.All, line => never.Any(word => line.Text.Contains(word, StringComparison.Ordinal)));
        Assert.DoesNotContain(lines.All, line => line.Level > LogLevel.Debug && quiet.Any(word => line.Text.Contains(word, StringComparison.Ordinal)));
    }

    private static string Written(string format, Action<ILogger> write)
    {
        var (time, output) = (new ManualTime(), new StringWriter());
        var logger = new OneLogger(new LineFormatter(new ObservabilityOptions { LogFormat = format }, false, time), output);
        Assert.Equal(Then, time.GetUtcNow());
        write(logger);
        return output.ToString();
    }

    private static string Format(LineFormatter formatter, string text)
    {
        var output = new StringWriter();
        formatter.Write(new LogEntry<string>(LogLevel.Warning, "Sylk.Test", new EventId(7), text, null, (state, _) => state), null, output);
        return output.ToString();
    }

    /// <summary>Straight to the formatter.</summary>
    private sealed class OneLogger(LineFormatter formatter, StringWriter output) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> text) =>
            formatter.Write(new LogEntry<TState>(logLevel, "Sylk.Test", eventId, state, exception, text), null, output);
    }

    /// <summary>Every line of every category, as far as the server's own filter lets it through.</summary>
    private sealed class Lines : ILoggerProvider
    {
        public ConcurrentQueue<(LogLevel Level, int Id, string Text)> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Keeper(this);

        public void Dispose()
        {
        }

        private sealed class Keeper(Lines lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                lines.All.Enqueue((logLevel, eventId.Id, $"{formatter(state, exception)}{(exception is null ? "" : $" {exception}")}"));
        }
    }
}

internal static partial class TestLines
{
    [LoggerMessage(2003, LogLevel.Warning, "{Room} {Session} {Participant} {Code}")]
    public static partial void Everything(this ILogger log, string room, string session, string participant, string code);

    [LoggerMessage(2000, LogLevel.Information, "opened {Room} in {Trace}")]
    public static partial void Opened(this ILogger log, string room, string trace);

    [LoggerMessage(1, LogLevel.Error, "{Room} said {Text}")]
    public static partial void Said(this ILogger log, string room, string text, Exception problem);
}
