namespace Sylk.Conference.Sfu.Routing.Streams;

/// <summary>
/// L8: over any stretch of time the resent bytes of a stream stay at or below half of its first-time bytes plus 64 KiB.
/// </summary>
internal struct ResendBudget
{
    public const int BurstBytes = 64 * 1024;

    /// <summary>A resend is allowed while a whole packet of any size fits.</summary>
    public const int LargestPacket = 1_500;

    private int _spent;

    public readonly bool CanResend => BurstBytes - _spent >= LargestPacket;

    /// <summary>What nobody asked for leaves three quarters of the burst to what will be asked for.</summary>
    public readonly bool CanRepeat => _spent < BurstBytes / 4;

    public void OnSent(int bytes) => _spent = Math.Max(0, _spent - bytes / 2);

    public void OnResent(int bytes) => _spent += bytes;
}
