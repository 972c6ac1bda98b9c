using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace ModelOperator.Kubernetes.Runtime.Admission;

/// <summary>Admission over HTTP. Side-effect free by contract: validators only read; a mutating one answers with a patch besides.</summary>
public static partial class AdmissionEndpoints
{
    /// <summary>
    /// Maps a validator. Answers 200 with an AdmissionReview; 400 for a body that is none; 413 when too large; 504 past the deadline;
    /// 500 when the validator fails, so that the webhook's failurePolicy decides.
    /// </summary>
    /// <typeparam name="T">Kind.</typeparam>
    /// <param name="endpoints">Where.</param>
    /// <param name="path">Path, as in the webhook configuration.</param>
    /// <param name="descriptor">Kind.</param>
    /// <param name="validate">The decision.</param>
    /// <param name="services">Shared services.</param>
    public static void MapAdmission<T>(
        this IEndpointRouteBuilder endpoints,
        string path,
        EntityDescriptor<T> descriptor,
        Func<AdmissionInput<T>, CancellationToken, ValueTask<AdmissionDecision>> validate,
        AdmissionServices services)
        where T : class, IKubernetesObject =>
        endpoints.MapPost(path, (RequestDelegate)(context => AnswerAsync(context, path, descriptor, validate, services)));

    /// <summary>Maps a pure validator; see above.</summary>
    /// <typeparam name="T">Kind.</typeparam>
    /// <param name="endpoints">Where.</param>
    /// <param name="path">Path, as in the webhook configuration.</param>
    /// <param name="descriptor">Kind.</param>
    /// <param name="validate">The decision; pure.</param>
    /// <param name="services">Shared services.</param>
    public static void MapAdmission<T>(
        this IEndpointRouteBuilder endpoints,
        string path,
        EntityDescriptor<T> descriptor,
        Func<AdmissionInput<T>, AdmissionDecision> validate,
        AdmissionServices services)
        where T : class, IKubernetesObject =>
        endpoints.MapAdmission(path, descriptor, (input, _) => ValueTask.FromResult(validate(input)), services);

    private static async Task AnswerAsync<T>(
        HttpContext context,
        string path,
        EntityDescriptor<T> descriptor,
        Func<AdmissionInput<T>, CancellationToken, ValueTask<AdmissionDecision>> validate,
        AdmissionServices services)
        where T : class, IKubernetesObject
    {
        using var deadline = new CancellationTokenSource(services.Options.Deadline, services.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, deadline.Token);
        var outcome = "error";
        try
        {
            outcome = await DecideAsync(context, descriptor, validate, services.Options.MaxBodyBytes, linked.Token).ConfigureAwait(false);
        }
        catch (BadAdmissionException bad)
        {
            outcome = "malformed";
            await RefuseAsync(context, bad.StatusCode, bad.Message).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            outcome = "aborted";
        }
        catch (OperationCanceledException)
        {
            outcome = "timeout";
            LogTimeout(services.Logger, path);
            await RefuseAsync(context, StatusCodes.Status504GatewayTimeout, "the decision took too long").ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            LogFailed(services.Logger, failure, path);
            await RefuseAsync(context, StatusCodes.Status500InternalServerError, "the validator failed; see the operator's log").ConfigureAwait(false);
        }
        finally
        {
            services.Metrics.Admitted(path, outcome);
        }
    }

    private static async Task<string> DecideAsync<T>(
        HttpContext context,
        EntityDescriptor<T> descriptor,
        Func<AdmissionInput<T>, CancellationToken, ValueTask<AdmissionDecision>> validate,
        int maxBytes,
        CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var review = await ReadAsync(context, maxBytes, cancellationToken).ConfigureAwait(false);
        var request = review.Request ?? throw new BadAdmissionException("the body has no request");
        // Waited for from outside: a validator that ignores its token must not hold the answer back.
        var decision = await AdmissionReviews.DecideAsync(request, descriptor, validate, cancellationToken).AsTask()
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        context.Response.ContentType = "application/json";
        var body = JsonSerializer.SerializeToUtf8Bytes(AdmissionReviews.Answer(request.Uid, decision), KubernetesJson.Default.AdmissionReview);
        await context.Response.Body.WriteAsync(body, cancellationToken).ConfigureAwait(false);
        return decision.Allowed ? "allowed" : "denied";
    }

    private static async Task<AdmissionReview> ReadAsync(HttpContext context, int maxBytes, CancellationToken cancellationToken)
    {
        if (context.Request.ContentLength > maxBytes)
            throw new BadAdmissionException("the body is too large", StatusCodes.Status413PayloadTooLarge);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = maxBytes;
        try
        {
            var review = await JsonSerializer.DeserializeAsync(context.Request.Body, KubernetesJson.Default.AdmissionReview, cancellationToken)
                .ConfigureAwait(false);
            return review is { ApiVersion: "admission.k8s.io/v1", Kind: "AdmissionReview" }
                ? review
                : throw new BadAdmissionException("the body is no AdmissionReview of admission.k8s.io/v1");
        }
        catch (JsonException garbage)
        {
            throw new BadAdmissionException($"the body is no AdmissionReview: {garbage.Message}");
        }
        catch (BadHttpRequestException broken)
        {
            throw new BadAdmissionException(broken.Message, broken.StatusCode);
        }
    }

    private static Task RefuseAsync(HttpContext context, int code, string message)
    {
        if (context.Response.HasStarted)
            return Task.CompletedTask;
        context.Response.StatusCode = code;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(message, context.RequestAborted);
    }

    [LoggerMessage(1400, LogLevel.Error, "Admission at {Path} failed")]
    private static partial void LogFailed(ILogger logger, Exception failure, string path);

    [LoggerMessage(1401, LogLevel.Warning, "Admission at {Path} took too long")]
    private static partial void LogTimeout(ILogger logger, string path);
}
