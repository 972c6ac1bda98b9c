using System.Globalization;
using System.Text;

namespace ModelOperator.OpenLoop;

/// <summary>The lines of a file as whole requests, of one of 1,000 users each; the same that wrk sends in the other measurements.</summary>
internal static class Requests
{
    internal static byte[][] Read(string file, int port)
    {
        var bodies = File.ReadAllLines(file);
        return [.. Enumerable.Range(1, 1000).Select(user =>
        {
            var body = bodies[(user - 1) % bodies.Length];
            return Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"POST /predict HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nx-user-id: user-{user}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));
        })];
    }
}
