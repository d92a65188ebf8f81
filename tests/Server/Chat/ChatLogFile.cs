using System.Diagnostics;
using System.Text.Json;

namespace Sylk.Conference.Server.Tests.Chat;

/// <summary>The log of a run: a JSON line for everything anybody did or saw, with times of one monotonic clock.</summary>
internal sealed class ChatLogFile : IDisposable
{
    private readonly Lock _gate = new();
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly string _path = Path.GetTempFileName();
    private readonly Dictionary<(string Client, string Room), string> _lastRead = [];
    private readonly Dictionary<string, int> _acknowledgedBy = new(StringComparer.Ordinal);
    private readonly StreamWriter _writer;
    private int _acknowledged;

    public ChatLogFile() => _writer = new StreamWriter(_path);

    public int Acknowledged => Volatile.Read(ref _acknowledged);

    public void Write(ChatDeed deed, string client, string room, string lineId, string content, long sequence = 0, bool hearsOwn = true)
    {
        lock (_gate)
        {
            var record = new ChatRecord(Stopwatch.GetElapsedTime(_began).TotalMilliseconds, deed, client, room, lineId, content, sequence, hearsOwn);
            _writer.WriteLine(JsonSerializer.Serialize(record));
            if (deed == ChatDeed.Read)
                _lastRead[(client, room)] = content;
            if (deed != ChatDeed.Acknowledged)
                return;
            _acknowledged++;
            var wire = client.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
            _acknowledgedBy[wire] = _acknowledgedBy.GetValueOrDefault(wire) + 1;
        }
    }

    /// <summary>What this reader was shown last.</summary>
    public string? LastRead(string client, string room)
    {
        lock (_gate)
            return _lastRead.GetValueOrDefault((client, room));
    }

    /// <summary>Lines acknowledged on each wire: a client's name is its wire and a number.</summary>
    public IReadOnlyDictionary<string, int> AcknowledgedByWire()
    {
        lock (_gate)
            return new SortedDictionary<string, int>(_acknowledgedBy, StringComparer.Ordinal);
    }

    /// <summary>What was written, read back from the file.</summary>
    public List<ChatRecord> ReadAll()
    {
        lock (_gate)
            _writer.Flush();
        return [.. File.ReadLines(_path).Select(line => JsonSerializer.Deserialize<ChatRecord>(line)!)];
    }

    public void Dispose()
    {
        _writer.Dispose();
        if (Environment.GetEnvironmentVariable("SYLK_CHAT_LOG") is { Length: > 0 } kept)
            File.Copy(_path, kept, overwrite: true);
        File.Delete(_path);
    }
}
