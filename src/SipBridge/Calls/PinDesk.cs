using System.Collections.Immutable;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>Compares typed digits with what a room keeps: two at a time, because each takes tens of milliseconds.</summary>
internal sealed class PinDesk : IDisposable
{
    private readonly SemaphoreSlim _desks = new(2);

    /// <returns>What the digits match; null when nothing.</returns>
    public async Task<PinCandidate?> MatchAsync(string digits, ImmutableArray<PinCandidate> candidates)
    {
        if (!Passcodes.IsPasscode(digits))
            return null;
        await _desks.WaitAsync().ConfigureAwait(false);
        try
        {
            return await Task.Run(() => candidates.FirstOrDefault(candidate => Passcodes.Verify(candidate.Hash, digits))).ConfigureAwait(false);
        }
        finally
        {
            _desks.Release();
        }
    }

    public void Dispose() => _desks.Dispose();
}
