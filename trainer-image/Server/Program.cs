using ModelOperator.Server;
using ModelOperator.Server.Hosting;

SocketThreads.AnswerInline();
ServerOptions options;
try
{
    options = ServerOptions.Read(Environment.GetEnvironmentVariables());
}
catch (ArgumentException failure)
{
    await Console.Error.WriteLineAsync("error: " + failure.Message);
    return 64;
}

return await ServerHost.RunAsync(options, TimeProvider.System);
