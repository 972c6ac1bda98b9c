using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;

namespace ModelOperator.CanaryDeployments;

/// <summary>How a provider is reached over HTTP.</summary>
public abstract record HttpProvider
{
    [Description("Headers to send; credentials belong into headersFrom.")]
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    [Description("Headers whose values are keys of Secrets in the same namespace. Such a Secret needs the label modeloperator.io/provider-credentials: \"true\".")]
    [MaxItems(16)]
    public IReadOnlyList<HeaderFrom>? HeadersFrom { get; init; }

    [Description("PEM certificates of the authorities that are trusted; those of the system when absent.")]
    [StringLength(65536)]
    public string? CaBundle { get; init; }

    [Description("Secret (tls.crt, tls.key) that the provider is shown, with the label modeloperator.io/provider-credentials: \"true\".")]
    public LocalReference? ClientCertificate { get; init; }

    [Description("Seconds after which an answer is given up; 10 when absent.")]
    [Range(1, 60)]
    public int? TimeoutSeconds { get; init; }
}
