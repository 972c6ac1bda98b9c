using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ModelOperator.Gateway.Tests.Support;

/// <summary>A real Kestrel server on loopback.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private Upstream(WebApplication app) => _app = app;

    public int Requests => Volatile.Read(ref _requests);

    public string Url => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).ToString().TrimEnd('/');

    public static async Task<Upstream> StartAsync(RequestDelegate handler, System.Net.Sockets.Socket? bound = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            if (bound is null)
                kestrel.Listen(System.Net.IPAddress.Loopback, 0);
            else
                kestrel.ListenHandle((ulong)bound.Handle);
        });
        Upstream upstream = new(builder.Build());
        ((IApplicationBuilder)upstream._app).Run(context =>
        {
            Interlocked.Increment(ref upstream._requests);
            return handler(context);
        });
        await upstream._app.StartAsync();
        return upstream;
    }

    /// <summary>Answers 200 with the given text.</summary>
    public static Task<Upstream> SayingAsync(string text) => StartAsync(context => context.Response.WriteAsync(text));

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
