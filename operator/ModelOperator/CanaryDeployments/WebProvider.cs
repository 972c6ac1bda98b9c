using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.CanaryDeployments;

/// <summary>A server that answers with JSON.</summary>
public sealed record WebProvider : HttpProvider
{
    [Description("URL. {{version}}, {{canary}}, {{namespace}}, {{window}} (for example 90s), {{start}} and {{end}} (Unix seconds) are replaced, in the body too.")]
    [RegularExpression("^https?://.+")]
    [StringLength(4096)]
    public required string Url { get; init; }

    [Description("Method of the request.")]
    [DefaultValue(WebMethod.GET)]
    public WebMethod Method { get; set; } = WebMethod.GET;

    [Description("JSON to post.")]
    [StringLength(16384)]
    public string? Body { get; init; }

    [Description("Where the number, boolean, string of a number, or array of these is: $, .name, ['name'], [0], [-1], [*].")]
    [StringLength(512, MinimumLength = 1)]
    public required string JsonPath { get; init; }
}
