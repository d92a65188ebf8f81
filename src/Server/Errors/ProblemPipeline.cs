using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Errors;

/// <summary>Whatever goes wrong below is answered as a problem, never as a stack trace.</summary>
internal static class ProblemPipeline
{
    private static readonly Refusal StoreAway = new(ErrorCodes.Overloaded, "What this needs cannot be read or kept at the moment.", 2_000);

    public static void UseProblems(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ProblemPipeline).FullName!);
        app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (BadHttpRequestException problem) when (!context.Response.HasStarted)
            {
                await Problem.WriteAsync(context, ErrorCodes.ValidationFailed, "The request cannot be read.", problem.StatusCode);
            }
            catch (RoomRefusedException refused) when (!context.Response.HasStarted)
            {
                await Problem.WriteAsync(context, refused.Refusal);
            }
            catch (StoreUnavailableException) when (!context.Response.HasStarted)
            {
                await Problem.WriteAsync(context, StoreAway);
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                // The client is gone.
            }
#pragma warning disable CA1031 // the last catch of every request
            catch (Exception problem) when (!context.Response.HasStarted)
#pragma warning restore CA1031
            {
                log.RequestFailed(context.Request.Path, Problem.TraceOf(context), problem);
                await Problem.WriteAsync(context, ErrorCodes.Internal, "An error occurred.");
            }
        });
    }
}
