using System.Text.Json.Nodes;

namespace Sylk.Conference.Ctl.Doctor;

/// <summary>What one look found.</summary>
/// <param name="State"><c>ok</c>, <c>warning</c>, <c>failed</c> or <c>skipped</c>.</param>
/// <param name="Advice">What to do; empty when nothing is to be done.</param>
internal sealed record Finding(string Check, string State, string Detail, string Advice = "")
{
    public bool IsTrouble => State is "warning" or "failed";

    public static Finding Ok(string check, string detail) => new(check, "ok", detail);

    public static Finding Warning(string check, string detail, string advice) => new(check, "warning", detail, advice);

    public static Finding Failed(string check, string detail, string advice) => new(check, "failed", detail, advice);

    public static Finding Skipped(string check, string why) => new(check, "skipped", why);

    public JsonObject ToJson() => new() { ["check"] = Check, ["state"] = State, ["detail"] = Detail, ["advice"] = Advice };
}
