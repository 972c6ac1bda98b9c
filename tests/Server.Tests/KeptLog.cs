using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ModelOperator.Server.Tests;

/// <summary>Warnings and errors of a server's log.</summary>
internal sealed class KeptLog : ILoggerProvider, ILogger
{
    internal ConcurrentQueue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Warning)
            Lines.Enqueue(formatter(state, exception));
    }

    public void Dispose()
    {
    }
}
