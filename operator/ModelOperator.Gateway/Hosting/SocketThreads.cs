namespace ModelOperator.Gateway.Hosting;

/// <summary>Lets what follows a socket's readiness run on the thread that learned of it, instead of waking another one for each read.</summary>
internal static class SocketThreads
{
    // Read once by System.Net.Sockets, before the first socket.
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Whether it is so.</summary>
    internal static bool Inline => Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>Sets it unless the environment has it.</summary>
    internal static void AnswerInline()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)))
            Environment.SetEnvironmentVariable(Variable, "1");
    }
}
