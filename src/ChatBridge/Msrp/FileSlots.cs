namespace Sylk.Conference.ChatBridge;

/// <summary>Files that move at the same time: few of one caller in one room, and so many all together (limit L19).</summary>
internal sealed class FileSlots
{
    private const int MostOfOne = 3, Most = 256;

    private readonly Dictionary<(string Room, string Source), int> _taken = [];
    private readonly Lock _gate = new();
    private int _all;

    /// <returns>0 when it may begin; then it is counted until <see cref="Release"/>.</returns>
    public int Take(string room, string source)
    {
        lock (_gate)
        {
            var own = _taken.GetValueOrDefault((room, source));
            if (own >= MostOfOne)
                return 486;
            if (_all >= Most)
                return 503;
            _taken[(room, source)] = own + 1;
            _all++;
            return 0;
        }
    }

    public void Release(string room, string source)
    {
        lock (_gate)
        {
            var left = _taken[(room, source)] - 1;
            _taken[(room, source)] = left;
            if (left == 0)
                _taken.Remove((room, source));
            _all--;
        }
    }
}
