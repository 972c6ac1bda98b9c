using System.ComponentModel;

namespace ModelOperator.Api;

/// <summary>Acknowledgement of the <c>modeloperator.io/command</c> annotation.</summary>
public sealed record LastCommand
{
    [Description("Identifier that the user gave with the command; a command with the same identifier is never repeated.")]
    public required string Id { get; init; }

    [Description("Action that was asked for.")]
    public required string Action { get; init; }

    [Description("What became of it: Accepted, or Rejected with the reason.")]
    public required string Result { get; init; }

    [Description("When it was acknowledged.")]
    public DateTimeOffset? Time { get; init; }
}
