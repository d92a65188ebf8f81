using System.Diagnostics;
using System.Text.Json;

namespace Sylk.Conference.Server.Tests.Chat;

/// <summary>The log of a run: a JSON line for everything anybody did or saw, with times of one monotonic clock.</summary>
internal sealed class ChatLogFile : IDisposable
{
    private readonly Lock _gate = new();
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly string _path = Path.GetTempFileName();
    private readonly StreamWriter _writer;
    private int _acknowledged;

    public ChatLogFile() => _writer = new StreamWriter(_path);

    public int Acknowledged => Volatile.Read(ref _acknowledged);

    public void Write(ChatDeed deed, string client, string room, string lineId, string content, long sequence = 0)
    {
        lock (_gate)
        {
            var record = new ChatRecord(Stopwatch.GetElapsedTime(_began).TotalMilliseconds, deed, client, room, lineId, content, sequence);
            _writer.WriteLine(JsonSerializer.Serialize(record));
            _acknowledged += deed == ChatDeed.Acknowledged ? 1 : 0;
        }
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
        File.Delete(_path);
    }
}
