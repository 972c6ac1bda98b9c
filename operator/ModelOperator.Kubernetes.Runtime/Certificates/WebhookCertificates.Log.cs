using Microsoft.Extensions.Logging;

namespace ModelOperator.Kubernetes.Runtime.Certificates;

/// <content>Log messages; event ids 1500 to 1549.</content>
public sealed partial class WebhookCertificates
{
    [LoggerMessage(1500, LogLevel.Warning, "Looking after the webhook certificates failed; it is tried again")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(1501, LogLevel.Information, "{Action} in Secret {NamespaceName}/{Secret}")]
    private partial void LogStep(CertificateAction action, string namespaceName, string secret);

    [LoggerMessage(1502, LogLevel.Information, "Serving a certificate that ends at {Ends}")]
    private partial void LogServing(DateTime ends);

    [LoggerMessage(1503, LogLevel.Information, "Brought the caBundle of {Configuration} into step")]
    private partial void LogBundle(string configuration);
}
