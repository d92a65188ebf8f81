using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>A MESSAGE of ours outside of calls that waits for its final answer.</summary>
internal sealed class SentPager
{
    private readonly TaskCompletionSource<SipAnswerArrived> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<SipAnswerArrived> Answer => _answer.Task;

    /// <summary>Called on the SIP loop.</summary>
    public void Answered(SipAnswerArrived answer) => _answer.TrySetResult(answer);
}
