using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing;

namespace Sylk.Conference.Sfu.Quality;

/// <summary>What the client itself says of its end: only it knows whether pictures stood still and whether its machine keeps up.</summary>
internal sealed class ClientNews
{
    /// <summary>Clients report every 10 s; two missed reports end what the last one said.</summary>
    private const int GoodForMs = 25_000;

    private readonly Dictionary<string, (int Total, int New)> _freezes = new(StringComparer.Ordinal);
    private Instant _until;

    public bool IsCpuLimited { get; private set; }

    public bool IsBandwidthLimited { get; private set; }

    public void OnReport(Instant now, ClientReport report)
    {
        _until = now.PlusMilliseconds(GoodForMs);
        (IsCpuLimited, IsBandwidthLimited) = (report.CpuLimited, report.BandwidthLimited);
        foreach (var slot in report.Slots)
        {
            var known = _freezes.TryGetValue(slot.Mid, out var before);
            _freezes[slot.Mid] = (slot.Freezes, known ? Math.Max(0, slot.Freezes - before.Total) : 0);
        }
    }

    public void Expire(Instant now)
    {
        if (now < _until)
            return;
        (IsCpuLimited, IsBandwidthLimited) = (false, false);
        _freezes.Clear();
    }

    /// <summary>Between the last two reports, 10 s apart.</summary>
    public int FreezesOf(Slot slot) => _freezes.GetValueOrDefault(slot.Mid).New;

    public int AllFreezesOf(Slot slot) => _freezes.GetValueOrDefault(slot.Mid).Total;
}
