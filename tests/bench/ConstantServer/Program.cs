// The peer of the model server: Kestrel, the same host set-up, and an answer that is the same bytes every time.
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.ListenAnyIP(int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture));
    kestrel.AddServerHeader = false;
});
var app = builder.Build();
var answer = """{"id":"diamonds-1~AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","prediction":1110.38,"model":"diamonds","version":"diamonds-1"}"""u8.ToArray();
app.Run(async context =>
{
    // Read, not understood: what every server must do with a body at the least.
    while (await context.Request.BodyReader.ReadAsync(context.RequestAborted) is var part)
    {
        context.Request.BodyReader.AdvanceTo(part.Buffer.End);
        if (part.IsCompleted)
            break;
    }

    context.Response.ContentType = "application/json";
    context.Response.ContentLength = answer.Length;
    await context.Response.Body.WriteAsync(answer, context.RequestAborted);
});
await app.RunAsync();
