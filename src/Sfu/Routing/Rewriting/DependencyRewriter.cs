using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing.Layers;

namespace Sylk.Conference.Sfu.Routing.Rewriting;

/// <summary>
/// Frame number and template ids of the dependency descriptor in one slot (AV1 RTP specification, annex A), continuous
/// over switches of source. Within a source differences between frame numbers carry meaning, so they are never renumbered.
/// </summary>
internal sealed class DependencyRewriter
{
    private const int TemplateMask = 0x3F;

    /// <summary>Frames that say a mask again after it has become what the source says: one of them will have come.</summary>
    private const byte RepeatedFrames = 32;

    private ushort _frameOffset;
    private int _templateOffset;
    private ushort _lastFrame;
    private int _nextTemplate;
    private bool _hasLast;
    private uint _told;
    private byte _again;

    /// <summary>The next frame is the keyframe of another source.</summary>
    /// <param name="frameNumber">Its 16-bit frame number.</param>
    /// <param name="templateIdOffset">Of the structure it carries, 0..63.</param>
    /// <param name="templateCount">Templates in that structure.</param>
    public void BeginSource(ushort frameNumber, int templateIdOffset, int templateCount)
    {
        _frameOffset = _hasLast ? (ushort)(frameNumber - (_lastFrame + 1)) : (ushort)0;
        _templateOffset = _hasLast ? (templateIdOffset - _nextTemplate) & TemplateMask : 0;
        _lastFrame = (ushort)(frameNumber - _frameOffset);
        _hasLast = true;
        OnStructure(templateIdOffset, templateCount);
    }

    /// <summary>A new structure within the source.</summary>
    public void OnStructure(int templateIdOffset, int templateCount) =>
        _nextTemplate = (TemplateId(templateIdOffset) + templateCount) & TemplateMask;

    /// <summary>The frame number to write; call for each packet forwarded.</summary>
    public ushort FrameNumber(ushort sourceFrameNumber)
    {
        var number = (ushort)(sourceFrameNumber - _frameOffset);
        if ((short)(number - _lastFrame) > 0) _lastFrame = number;
        return number;
    }

    /// <summary>
    /// What the first packet of a frame that goes out says of decode targets, so that the receiver does not wait for those it will
    /// not get: on every frame while they are fewer than the source sends, and for a while after. A keyframe's structure means all.
    /// </summary>
    public TargetMask Announce(DependencyReader source, uint covered)
    {
        var targets = covered & source.Active;
        if (source.Frame.HasStructure)
            _again = 0;
        else if (targets != _told)
            _again = RepeatedFrames;
        _told = targets;
        if (targets == source.Active && _again == 0)
            return default;
        if (_again > 0)
            _again--;
        return TargetMask.Of(source.Frame, targets);
    }

    /// <summary>How far template ids are moved down, 0..63.</summary>
    public byte TemplateShift => (byte)_templateOffset;

    /// <summary>The template id, or the structure's template id offset, to write.</summary>
    public int TemplateId(int sourceTemplateId) => (sourceTemplateId - _templateOffset) & TemplateMask;
}
