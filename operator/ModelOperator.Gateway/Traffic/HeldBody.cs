using System.Buffers;

namespace ModelOperator.Gateway.Traffic;

/// <summary>Bodies that the gateway reads itself.</summary>
internal static class HeldBody
{
    /// <summary>Largest one.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>The whole body; null when the client was told why it is not taken: 413 when it is larger, 408 when it takes longer than <paramref name="limit"/>, 400 when it is broken.</summary>
    /// <param name="context">The request.</param>
    /// <param name="what">What it is a body of.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="clock">Measures that.</param>
    public static async Task<byte[]?> TakeAsync(HttpContext context, string what, TimeSpan limit, TimeProvider clock)
    {
        using CancellationTokenSource late = new(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
        var buffer = ArrayPool<byte>.Shared.Rent(MaxBytes + 1);
        try
        {
            var length = context.Request.ContentLength > MaxBytes ? MaxBytes + 1 : await ClientBody.ReadAsync(context.Request, buffer.AsMemory(0, MaxBytes + 1), either.Token);
            if (length <= MaxBytes)
                return buffer[..length];
            await Answers.ErrorAsync(context, StatusCodes.Status413PayloadTooLarge, "BodyTooLarge", $"A body of {what} may have at most {MaxBytes} bytes; send smaller batches.");
        }
        catch (BadHttpRequestException failure) when (!context.RequestAborted.IsCancellationRequested)
        {
            await Answers.ErrorAsync(context, failure.StatusCode, "BadRequestBody", "The request body could not be read.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return null;
    }
}
