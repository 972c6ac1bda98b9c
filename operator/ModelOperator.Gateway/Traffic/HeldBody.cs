namespace ModelOperator.Gateway.Traffic;

/// <summary>Bodies that the gateway reads itself.</summary>
internal static class HeldBody
{
    /// <summary>Largest one.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>The whole body; null when it is larger.</summary>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBytes)
            return null;
        using MemoryStream held = new();
        var buffer = new byte[8192];
        for (int read; (read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            await held.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            if (held.Length > MaxBytes)
                return null;
        }

        return held.ToArray();
    }
}
