namespace Sylk.Conference.Load.Linux;

/// <summary>Tells which of thousands of sockets have something to read.</summary>
internal sealed unsafe class ReadinessPoll : IDisposable
{
    private const int Most = 256;
    private readonly PollEvent[] _events = new PollEvent[Most];
    private readonly int _poll = Native.CreatePoll(0);

    public void Add(int descriptor, int tag) => Change(Native.AddToPoll, descriptor, tag);

    public void Remove(int descriptor) => Change(Native.RemoveFromPoll, descriptor, 0);

    public int Wait(int milliseconds)
    {
        fixed (PollEvent* events = _events)
            return Math.Max(0, Native.WaitPoll(_poll, events, Most, milliseconds));
    }

    public int TagAt(int index) => (int)_events[index].Data;

    public void Dispose() => _ = Native.Close(_poll);

    private void Change(int operation, int descriptor, int tag)
    {
        var interest = new PollEvent { Events = Native.Readable, Data = (ulong)tag };
        _ = Native.ControlPoll(_poll, operation, descriptor, &interest);
    }
}
