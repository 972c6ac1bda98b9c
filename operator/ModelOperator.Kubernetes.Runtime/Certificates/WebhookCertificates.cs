using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.Kubernetes.Runtime.Certificates;

/// <summary>
/// Self-made certificates for the admission endpoints. They live in one Secret, written by compare-and-swap, so that all replicas agree
/// whoever comes first. Each replica looks at the Secret once a minute, and when a webhook configuration changes, rotates what nears its end, serves what it reads and keeps the
/// webhook configurations' caBundle in step. Nothing is written when nothing changes.
/// </summary>
public sealed partial class WebhookCertificates : BackgroundService
{
    private readonly IKubernetesClient client;
    private readonly WebhookCertificateOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<WebhookCertificates> logger;
    private string? servedPem;
    private volatile string? bundle;
    private volatile X509Certificate2? serving;

    /// <summary>Does nothing until it runs; not ready before a certificate is there.</summary>
    /// <param name="client">API server.</param>
    /// <param name="options">Behaviour.</param>
    /// <param name="time">Clock.</param>
    /// <param name="health">Told what ready means.</param>
    /// <param name="logger">Log.</param>
    public WebhookCertificates(
        IKubernetesClient client, WebhookCertificateOptions options, TimeProvider time, RuntimeHealth health, ILogger<WebhookCertificates> logger)
    {
        (this.client, this.options, this.time, this.logger) = (client, options, time, logger);
        health.AddReadiness("webhook-certificate", () => serving is null ? "there is no serving certificate yet" : null);
    }

    /// <summary>The certificate to serve now, for Kestrel's ServerCertificateSelector; null before the first look.</summary>
    public X509Certificate2? Serving => serving;

    /// <summary>Certificates, as PEM, that sign what is served now and next; null before the first look.</summary>
    public string? Bundle => bundle;

    /// <summary>One look: rotate, serve, keep the bundle in step.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="KubernetesException">The API server refused.</exception>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var set = await AgreeAsync(cancellationToken).ConfigureAwait(false);
        Serve(set);
        bundle = set.Bundle;
        if (options.WebhookConfigurationName is { } name)
            await KeepBundlesAsync(name, Encoding.UTF8.GetBytes(set.Bundle), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        serving?.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        var watch = options.WebhookConfigurationName is { } name ? new WebhookConfigurationWatch(client, name, time, options.Interval) : null;
        _ = watch?.RunAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken).ConfigureAwait(false);
                failures = 0;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                failures++;
                LogFailed(failure);
            }

            var pause = failures == 0 ? options.Interval : Queueing.BackOff.Watch.Delay(failures, 0);
            try
            {
                pause = pause < options.Interval ? pause : options.Interval;
                // What fails is not tried faster because something changes.
                await (watch is null || failures > 0 ? Task.Delay(pause, time, stoppingToken) : watch.WaitAsync(pause, stoppingToken)).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<CertificateSet> AgreeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var secret = await client.GetAsync(KubernetesDescriptors.Secrets, options.SecretName, options.NamespaceName, cancellationToken).ConfigureAwait(false);
            var set = CertificateSet.Read(secret?.Data);
            var now = time.GetUtcNow();
            var action = CertificateRotation.Next(CertificateSteps.Facts(set, options), options, now);
            if (action == CertificateAction.None && set is not null)
                return set;
            var next = CertificateSteps.Do(action, set, options, now);
            try
            {
                await WriteAsync(secret, next, cancellationToken).ConfigureAwait(false);
                LogStep(action, options.NamespaceName, options.SecretName);
            }
            catch (KubernetesException other) when (other.IsConflict || other.IsAlreadyExists || other.IsNotFound)
            {
                // Another replica was faster: take what it made.
            }
        }
    }

    private Task<V1Secret> WriteAsync(V1Secret? secret, CertificateSet set, CancellationToken cancellationToken)
    {
        if (secret is not null)
            return client.ReplaceAsync(KubernetesDescriptors.Secrets, secret with { Data = set.ToData() }, null, cancellationToken);
        var made = new V1Secret
        {
            Metadata = new V1ObjectMeta
            {
                Name = options.SecretName,
                NamespaceProperty = options.NamespaceName,
                Labels = new Dictionary<string, string> { ["app.kubernetes.io/managed-by"] = "model-operator" },
            },
            Type = "Opaque",
            Data = set.ToData(),
        };
        return client.CreateAsync(KubernetesDescriptors.Secrets, made, null, cancellationToken);
    }

    private void Serve(CertificateSet set)
    {
        if (servedPem == set.Serving)
            return;
        // The one before may still be in a handshake: the garbage collector takes it.
        serving = X509Certificate2.CreateFromPem(set.Serving, set.ServingKey);
        servedPem = set.Serving;
        LogServing(serving.NotAfter.ToUniversalTime());
    }

    /// <summary>The validating and the mutating configuration have one name.</summary>
    private async Task KeepBundlesAsync(string name, byte[] bundle, CancellationToken cancellationToken)
    {
        await KeepBundleAsync(KubernetesDescriptors.ValidatingWebhookConfigurations, name, static c => c.Webhooks, bundle, cancellationToken).ConfigureAwait(false);
        await KeepBundleAsync(KubernetesDescriptors.MutatingWebhookConfigurations, name, static c => c.Webhooks, bundle, cancellationToken).ConfigureAwait(false);
    }

    private async Task KeepBundleAsync<T>(
        EntityDescriptor<T> descriptor, string name, Func<T, List<V1ValidatingWebhook>?> webhooksOf, byte[] bundle, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        if (await client.GetAsync(descriptor, name, null, cancellationToken).ConfigureAwait(false) is not { } configuration || webhooksOf(configuration) is not { Count: > 0 } webhooks)
            return;
        var patch = new JsonArray();
        for (var i = 0; i < webhooks.Count; i++)
        {
            if (webhooks[i].ClientConfig.CaBundle is { } known && known.AsSpan().SequenceEqual(bundle))
                continue;
            patch.Add((JsonNode)new JsonObject { ["op"] = "test", ["path"] = $"/webhooks/{i}/name", ["value"] = webhooks[i].Name });
            patch.Add((JsonNode)new JsonObject { ["op"] = "add", ["path"] = $"/webhooks/{i}/clientConfig/caBundle", ["value"] = Convert.ToBase64String(bundle) });
        }

        if (patch.Count == 0)
            return;
        await client.PatchAsync(descriptor, name, null, PatchKind.Json, PlanJson.Bytes(patch), null, cancellationToken).ConfigureAwait(false);
        LogBundle(name);
    }
}
