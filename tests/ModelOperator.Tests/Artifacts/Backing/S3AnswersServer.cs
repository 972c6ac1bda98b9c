using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Artifacts;
using ModelOperator.Datasets;

namespace ModelOperator.Tests.Artifacts.Backing;

/// <summary>A web server that gives the answers of S3 services which real ones give seldom, in their order; the last again and again.</summary>
internal sealed class S3AnswersServer : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly WebApplication _app;
    private readonly Func<HttpResponse, Task>[] _answers;
    private int _given;

    private S3AnswersServer(Func<HttpResponse, Task>[] answers)
    {
        _answers = answers;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(context => _answers[Math.Min(Interlocked.Increment(ref _given), _answers.Length) - 1](context.Response));
        _folder.Write(SourceCredentials.AccessKeyId, "id"u8.ToArray());
        _folder.Write(SourceCredentials.SecretAccessKey, "secret"u8.ToArray());
    }

    /// <summary>Answers that were given.</summary>
    public int Given => _given;

    public static async Task<S3AnswersServer> StartAsync(params Func<HttpResponse, Task>[] answers)
    {
        var server = new S3AnswersServer(answers);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>An answer with a text.</summary>
    public static Func<HttpResponse, Task> Text(int status, string text, string? range = null) => response =>
    {
        response.StatusCode = status;
        if (range is not null)
            response.Headers.ContentRange = range;
        return response.WriteAsync(text);
    };

    /// <summary>The bucket, by a client that gives up after its least tries.</summary>
    public S3Bucket Bucket() => new(
        new S3StoreOptions(new Uri(_app.Urls.First()), "artifacts", _folder.Path) { RetryWindow = TimeSpan.Zero }, TimeProvider.System, new StoreCounters(), NullLogger<S3Bucket>.Instance);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
