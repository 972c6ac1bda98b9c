using System.Globalization;
using System.Text;

namespace ModelOperator.CanaryNodes;

/// <summary>What a gateway's GET /admin/routes says.</summary>
internal static class Reports
{
    internal static async Task AnswerAsync(HttpContext context, Addresses addresses, Tables tables)
    {
        if (addresses.CanaryAt(context.Connection.LocalIpAddress?.MapToIPv4().ToString() ?? "") is not { } canary || tables.Of(canary) is not { } table)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        var arms = table.Arms.Select(arm => string.Create(
            CultureInfo.InvariantCulture, $"{{\"name\":\"{arm.Arm}\",\"version\":\"{arm.Version}\",\"weight\":{arm.Weight},\"requests\":0}}"));
        var body = Encoding.UTF8.GetBytes($"{{\"revision\":\"{table.Revision}\",\"rejected\":null,\"arms\":[{string.Join(',', arms)}],\"mirror\":null}}");
        context.Response.ContentLength = body.Length;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
