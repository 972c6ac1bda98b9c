using System.Security.Cryptography.X509Certificates;
using ModelOperator.Kubernetes.Runtime.Certificates;

namespace ModelOperator.Kubernetes.Runtime.Tests.Certificates;

public sealed class CertificateRotationTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly WebhookCertificateOptions Options = new() { NamespaceName = "n", SecretName = "s", ServiceName = "w" };

    [Theory]
    [InlineData("all is well", 700, 80, true, null, 700, CertificateAction.None)]
    [InlineData("a third of the serving life is left", 700, 30, true, null, 700, CertificateAction.RenewServing)]
    [InlineData("the serving certificate has ended", 700, -1, true, null, 700, CertificateAction.RenewServing)]
    [InlineData("the service was renamed", 700, 80, false, null, 700, CertificateAction.RenewServing)]
    [InlineData("a serving life is left to the authority", 90, 80, true, null, 90, CertificateAction.AnnounceAuthority)]
    [InlineData("the successor was announced just now", 90, 80, true, 0.5, 90, CertificateAction.None)]
    [InlineData("the serving certificate ends while the successor is announced", 90, 20, true, 0.5, 90, CertificateAction.RenewServing)]
    [InlineData("everybody knows the successor", 90, 80, true, 1.0, 90, CertificateAction.PromoteAuthority)]
    [InlineData("the authority has ended", -1, -1, true, null, -1, CertificateAction.CreateAll)]
    [InlineData("the predecessor has ended", 700, 80, true, null, -1, CertificateAction.PruneBundle)]
    public void Next_step(
        string because, int authorityDays, int servingDays, bool matches, double? announcedHours, int bundleDays, CertificateAction expected)
    {
        var facts = new CertificateFacts(
            Now.AddDays(authorityDays), Now.AddDays(servingDays), matches, announcedHours is { } hours ? Now.AddHours(-hours) : null, Now.AddDays(bundleDays));
        Assert.True(CertificateRotation.Next(facts, Options, Now) == expected, because);
    }

    [Fact]
    public void Nothing_readable_means_to_start_anew() => Assert.Equal(CertificateAction.CreateAll, CertificateRotation.Next(null, Options, Now));

    // Ten years, hour by hour in effect: at every moment what is served is signed by an authority in the bundle that the API server had an hour ago.
    [Fact]
    public void In_ten_years_no_moment_serves_what_the_api_server_does_not_know()
    {
        CertificateSet? set = null;
        CertificateFacts? facts = null;
        X509Certificate2? serving = null;
        X509Certificate2Collection? bundle = null, knownBundle = null;
        var steps = new Dictionary<CertificateAction, int>();
        for (var now = Now; now < Now.AddYears(10); now = now.AddHours(12))
        {
            var before = set;
            while (CertificateRotation.Next(facts, Options, now) is var action and not CertificateAction.None)
            {
                set = CertificateSteps.Do(action, set, Options, now);
                facts = CertificateSteps.Facts(set, Options);
                steps[action] = steps.GetValueOrDefault(action) + 1;
            }

            // What the PEM says does not depend on the time: only new PEM is parsed.
            if (!ReferenceEquals(set, before))
            {
                serving = X509Certificate2.CreateFromPem(set!.Serving, set.ServingKey);
                bundle = [];
                bundle.ImportFromPem(set.Bundle);
                Assert.True(serving.MatchesHostname("w.n.svc"));
            }

            Verify(serving!, knownBundle ?? bundle!, now);
            knownBundle = bundle;
        }

        Assert.Equal(1, steps[CertificateAction.CreateAll]);
        Assert.InRange(steps[CertificateAction.PromoteAuthority], 4, 7);
        Assert.Equal(steps[CertificateAction.AnnounceAuthority], steps[CertificateAction.PromoteAuthority]);
        Assert.InRange(steps[CertificateAction.RenewServing], 40, 80);
        Assert.True(steps[CertificateAction.PruneBundle] >= 3);
    }

    private static void Verify(X509Certificate2 serving, X509Certificate2Collection bundle, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(bundle);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        Assert.True(chain.Build(serving), $"at {now}: {string.Join(", ", chain.ChainStatus.Select(s => s.StatusInformation))}");
    }
}
