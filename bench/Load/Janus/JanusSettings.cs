using System.Globalization;
using System.Net;

namespace Sylk.Conference.Load.Janus;

/// <summary>
/// How Janus is set up for a comparison: its documented tuning for many viewers on, what the scenarios do not use off.
/// </summary>
/// <param name="WebSocketPort">Of its API.</param>
/// <param name="Address">Where its media is: an address of this machine that is not loopback, which it would never offer.</param>
/// <param name="EventLoops">Threads that carry media; 0 gives each connection a thread of its own, its default.</param>
/// <param name="LogLevel">0 is silent, 2 errors, 4 its default, 7 everything.</param>
internal sealed record JanusSettings(int WebSocketPort, IPAddress Address, int EventLoops = 1, int LogLevel = 2)
{
    private const string Plugins =
        "libjanus_audiobridge.so,libjanus_duktape.so,libjanus_echotest.so,libjanus_lua.so,libjanus_nosip.so,libjanus_recordplay.so,"
        + "libjanus_sip.so,libjanus_streaming.so,libjanus_textroom.so,libjanus_videocall.so,libjanus_voicemail.so";

    private const string Transports =
        "libjanus_http.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so,libjanus_rabbitmq.so";

    private const string Loggers = "libjanus_jsonlog.so";

    /// <summary>The settings in one line, for tables.</summary>
    public string Summary =>
        (EventLoops > 0 ? string.Create(CultureInfo.InvariantCulture, $"event_loops={EventLoops}") : "a thread per connection")
        + string.Create(CultureInfo.InvariantCulture, $", debug_level={LogLevel}, ice_lite, nack_optimizations, min_nack_queue=200, no lock ")
        + "debugging, events off, no session timeout, no media timer, videoroom and WebSocket only";

    /// <summary>The files of its configuration folder.</summary>
    public IReadOnlyDictionary<string, string> Files => new Dictionary<string, string>
    {
        ["janus.jcfg"] = Core,
        ["janus.transport.websockets.jcfg"] = WebSockets,
        ["janus.plugin.videoroom.jcfg"] = "general: {\n\tevents = false\n}\n",
    };

    private string Core => string.Create(CultureInfo.InvariantCulture, $$"""
        general: {
        	debug_level = {{LogLevel}}
        	debug_colors = false
        	debug_locks = false
        	interface = "{{Address}}"
        	session_timeout = 0
        	{{(EventLoops > 0 ? "" : "#")}}event_loops = {{EventLoops}}
        }
        media: {
        	min_nack_queue = 200
        	nack_optimizations = true
        	no_media_timer = 0
        	slowlink_threshold = 0
        }
        nat: {
        	nice_debug = false
        	ice_lite = true
        	ice_enforce_list = "{{Address}}"
        	ignore_mdns = true
        }
        plugins: { disable = "{{Plugins}}" }
        transports: { disable = "{{Transports}}" }
        loggers: { disable = "{{Loggers}}" }
        events: { broadcast = false }

        """);

    private string WebSockets => string.Create(CultureInfo.InvariantCulture, $$"""
        general: {
        	json = "compact"
        	ws = true
        	ws_port = {{WebSocketPort}}
        	ws_ip = "127.0.0.1"
        	wss = false
        }
        admin: { admin_ws = false }

        """);
}
