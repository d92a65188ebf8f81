namespace Sylk.Conference.SipBridge;

/// <summary>What waits to be told to one phone: one MESSAGE at a time (RFC 3428 section 8), the oldest lost when it reads too slowly.</summary>
internal sealed class PhoneLines(Func<PhoneLine, Task<bool>> send)
{
    private const int Most = 100;

    private readonly Queue<PhoneLine> _waiting = new();
    private PhoneLine? _sent;

    public async Task AddAsync(PhoneLine line)
    {
        if (_waiting.Count == Most)
            _waiting.Dequeue();
        _waiting.Enqueue(line);
        if (_sent is null)
            await GoOnAsync().ConfigureAwait(false);
    }

    /// <summary>The final answer to the last one.</summary>
    /// <returns>Which it was; null when none was under way.</returns>
    public async Task<PhoneLine?> AnsweredAsync()
    {
        var told = _sent;
        _sent = null;
        await GoOnAsync().ConfigureAwait(false);
        return told;
    }

    private async Task GoOnAsync()
    {
        while (_sent is null && _waiting.TryDequeue(out var next))
        {
            if (await send(next).ConfigureAwait(false))
                _sent = next;
        }
    }
}
