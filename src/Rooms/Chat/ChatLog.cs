using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>What a room remembers of its chat: the newest lines, and how much everybody has said lately.</summary>
internal sealed class ChatLog
{
    /// <summary>So many lines are kept at hand…</summary>
    public const int MostLines = 200;

    /// <summary>…and so many characters in them, beyond the newest <see cref="LeastLines"/>.</summary>
    public const int MostCharacters = 1 << 20;

    private const int LeastLines = 20;

    private readonly List<ChatMessage> _lines = [];
    private readonly Dictionary<(string Identity, string ClientId), ChatMessage> _sent = [];
    private readonly Dictionary<string, ChatAllowance> _allowances = [];
    private readonly Dictionary<string, DateTimeOffset> _silenced = [];
    private long _characters;

    /// <summary>The highest number given; 0 before the first line.</summary>
    public long LastSequence { get; private set; }

    public DateTimeOffset LastTimestamp { get; private set; }

    /// <summary>The lowest number at hand; one more than the last when nothing is.</summary>
    public long FirstKept => _lines.Count > 0 ? _lines[0].Sequence : LastSequence + 1;

    public ChatMessage? Find(string id) => _lines.Find(line => line.Id == id);

    public ChatMessage? FindSent(string identity, string clientId) => _sent.GetValueOrDefault((identity, clientId));

    public ChatAllowance AllowanceOf(string identity) => _allowances.GetValueOrDefault(identity);

    /// <summary>Until when a sender says nothing more; null for everybody else.</summary>
    public DateTimeOffset? SilencedUntil(string identity, DateTimeOffset now) =>
        _silenced.TryGetValue(identity, out var until) && until > now ? until : null;

    /// <summary>How often a sender has said exactly this since then, as far as memory reaches.</summary>
    public int CountOf(string identity, string content, DateTimeOffset since)
    {
        var count = 0;
        for (var i = _lines.Count - 1; i >= 0 && _lines[i].Timestamp > since; i--)
        {
            if (_lines[i].From.Identity == identity && _lines[i].Content == content)
                count++;
        }
        return count;
    }

    public void Silence(string identity, DateTimeOffset until)
    {
        foreach (var (other, end) in _silenced.ToArray())
        {
            if (end <= until - ChatRules.Silence)
                _silenced.Remove(other);
        }
        _silenced[identity] = until;
    }

    /// <summary>Lines this reader may see with a number below <paramref name="before"/>: the newest of them, oldest first.</summary>
    public ImmutableArray<ChatMessage> Page(string? reader, long before, int limit)
    {
        var page = ImmutableArray.CreateBuilder<ChatMessage>();
        for (var i = _lines.Count - 1; i >= 0 && page.Count < limit; i--)
        {
            if (_lines[i].Sequence < before && ChatRules.MayRead(_lines[i], reader))
                page.Add(_lines[i]);
        }
        page.Reverse();
        return page.ToImmutable();
    }

    /// <summary>After a restart: numbers go on where they stopped, and times do not go back (F-16).</summary>
    public void Resume(long lastSequence, DateTimeOffset? lastTimestamp) => (LastSequence, LastTimestamp) = (lastSequence, lastTimestamp ?? default);

    public void Add(ChatMessage line)
    {
        _lines.Add(line);
        _sent[(line.From.Identity, line.ClientId)] = line;
        _characters += line.Content.Length;
        (LastSequence, LastTimestamp) = (line.Sequence, line.Timestamp);
        _allowances[line.From.Identity] = AllowanceOf(line.From.Identity).Spend(line.Timestamp);
        while (_lines.Count > MostLines || (_characters > MostCharacters && _lines.Count > LeastLines))
            DropOldest();
        if (_allowances.Count > MostLines)
            ForgetQuiet(line.Timestamp);
    }

    /// <summary>New words cost what a line does.</summary>
    public ChatMessage Charge(ChatMessage edited)
    {
        if (edited.EditedAt is { } at)
            _allowances[edited.From.Identity] = AllowanceOf(edited.From.Identity).Spend(at);
        return edited;
    }

    public void Amend(ChatMessage line)
    {
        var at = _lines.FindIndex(known => known.Id == line.Id);
        if (at < 0)
            return;
        _characters += line.Content.Length - _lines[at].Content.Length;
        _lines[at] = line;
        _sent[(line.From.Identity, line.ClientId)] = line;
    }

    public void Clear()
    {
        _lines.Clear();
        _sent.Clear();
        _allowances.Clear();
        _silenced.Clear();
        (_characters, LastSequence, LastTimestamp) = (0, 0, default);
    }

    private void DropOldest()
    {
        var oldest = _lines[0];
        _lines.RemoveAt(0);
        _sent.Remove((oldest.From.Identity, oldest.ClientId));
        _characters -= oldest.Content.Length;
    }

    private void ForgetQuiet(DateTimeOffset now)
    {
        foreach (var (identity, allowance) in _allowances.ToArray())
        {
            if (allowance.Left(now) >= ChatAllowance.Burst)
                _allowances.Remove(identity);
        }
    }
}

/// <summary>Limit L17: ten lines a second for each sender, thirty at once.</summary>
internal readonly record struct ChatAllowance(double Spent, DateTimeOffset At)
{
    public const double PerSecond = 10;
    public const double Burst = 30;

    public double Left(DateTimeOffset now) => Burst - Math.Max(0, Spent - Math.Max(0, (now - At).TotalSeconds) * PerSecond);

    public ChatAllowance Spend(DateTimeOffset now) => new(Burst - Left(now) + 1, now);
}
