using ModelOperator.Server.Feedback;
using ModelOperator.Server.Models;

namespace ModelOperator.Server.Http;

/// <summary>POST /feedback.</summary>
internal static class FeedbackEndpoint
{
    private const string Duplicate = "duplicate";

    /// <summary>
    /// One truth that cannot be counted is answered 422 with its reason. A list is answered 200 with each refusal. A truth that came
    /// before is no error of the client, who may retry: it is counted as duplicate and answered 200. Truths of the version before are still counted, as its own.
    /// Where the log of predictions says so, the answer waits until the truths are kept; 429 where that cannot be promised.
    /// </summary>
    internal static async ValueTask HandleAsync(HttpContext context, VersionUse use, VersionBooks? previous, RequestDeadline deadline)
    {
        var current = use.Books;
        // Truths need no model.
        use.Dispose();
        using var body = await RequestBody.ReadAsync(context.Request, deadline);
        var (items, single) = JsonText.Read(body.Bytes, FeedbackReader.Read);
        var rejected = new List<(int Index, string Id, string Reason)>();
        using var receipt = current.Log.Open();
        foreach (var (index, item) in items.Index())
        {
            var books = previous?.Ids.Made(item.Id) == true && !current.Ids.Made(item.Id) ? previous : current;
            if (books.Judge.Judge(item, books.Target!, receipt) is { } reason)
                rejected.Add((index, item.Id, reason));
        }

        if (receipt is not null)
            await receipt.KeptAsync(deadline);
        if (single && rejected is [{ Reason: not Duplicate } refused])
            throw RequestException.Unprocessable(Explain(refused.Reason));
        await Reply.JsonAsync(context.Response, StatusCodes.Status200OK, (Accepted: items.Count - rejected.Count, Rejected: rejected), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteNumber("accepted"u8, state.Accepted);
            json.WriteStartArray("rejected"u8);
            foreach (var (index, id, reason) in state.Rejected)
            {
                json.WriteStartObject();
                json.WriteNumber("index"u8, index);
                json.WriteString("id"u8, JsonText.Shorten(id));
                json.WriteString("reason"u8, reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static string Explain(string reason) => reason switch
    {
        "version" => "version: the id belongs to another model version",
        "checksum" => "checksum: the id was altered, or made with another key",
        "truth" => "truth: the truth is not a finite number, or no class of this model",
        _ => "malformed: this is no prediction id of this server",
    };
}
