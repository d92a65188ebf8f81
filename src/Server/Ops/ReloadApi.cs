using Sylk.Conference.Server.Api;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Ops;

/// <summary><c>POST /server/config/reload</c>: what <c>SIGHUP</c> does, with its report as the answer.</summary>
internal sealed class ReloadApi(LiveOptions live) : IApiResource
{
    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Server";
        routes.Post("/server/config/reload", ReloadAsync, "reloadConfig", "Reads the configuration of this node again and takes live keys over.")
            .Needs(Scopes.ServerWrite).Gives<ReloadReport>();
    }

    private Task<ApiReply> ReloadAsync(HttpContext context) => Task.FromResult(ApiReply.Ok(live.Reload()));
}
