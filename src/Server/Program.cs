using Sylk.Conference.Server;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Hosting;
using Sylk.Conference.Server.Options;

var startup = StartupOptions.Read(args);
if (startup.Request == StartupRequest.Version)
{
    Console.WriteLine(StartupOptions.Version);
    return 0;
}
if (startup.Problems.Count > 0)
{
    foreach (var problem in startup.Problems)
        await Console.Error.WriteLineAsync(problem);
    return 2;
}
if (startup.Request != StartupRequest.Serve)
{
    Console.WriteLine(startup.Request == StartupRequest.PrintConfig ? startup.Describe() : "The configuration is valid.");
    return 0;
}

WebApplication? app = null;
try
{
    app = Composition.Build(startup);
    await app.StartAsync();
}
catch (Exception problem) when (StartFailure.Explain(problem) is { } words)
{
    await Console.Error.WriteLineAsync(words);
    if (app is not null)
        await app.DisposeAsync();
    return 1;
}
await using var running = app;
Console.WriteLine(Greeting.For(app, startup));
if (await app.Services.GetRequiredService<Bootstrap>().OfferAsync() is { } code)
    Console.WriteLine(Greeting.FirstKey(app, startup, code));
await app.WaitForShutdownAsync();
return 0;
