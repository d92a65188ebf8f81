using Orleans.Dashboard;
using Sylk.Conference.Server.Auth;

namespace Sylk.Conference.Server.Ops;

/// <summary>The Orleans dashboard for operators. Nobody sees it without passing the admin policy, on loopback neither.</summary>
internal static class ClusterDashboard
{
    public const string Path = "/admin/orleans";

    /// <summary>Its log stream stays shut: that would be a second way to read the log.</summary>
    public static void AddClusterDashboard(this WebApplicationBuilder builder) =>
        builder.UseOrleans(silo => silo.AddDashboard(dashboard => dashboard.HideTrace = true));

    public static void MapClusterDashboard(this WebApplication app) => app.MapOrleansDashboard(Path).RequireAuthorization(Caller.AdminPolicy);
}
