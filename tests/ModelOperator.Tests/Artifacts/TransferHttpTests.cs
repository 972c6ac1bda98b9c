using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using ModelOperator.Artifacts;
using ModelOperator.Fakes;

namespace ModelOperator.Tests.Artifacts;

public sealed class TransferHttpTests
{
    [Fact]
    public async Task The_operators_endpoint_is_trusted_by_its_own_authority_alone()
    {
        using var folder = new TempFolder();
        using var own = Certificate();
        using var foreign = Certificate();
        var port = FreePort.Next();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseHttps(own)));
        await using var app = builder.Build();
        app.Run(static context => context.Response.WriteAsync("here"));
        await app.StartAsync();
        var address = new Uri($"https://localhost:{port}");
        using var trusting = TransferHttp.ForOperator(folder.Write("own.crt", System.Text.Encoding.ASCII.GetBytes(own.ExportCertificatePem())));
        Assert.Equal("here", await trusting.GetStringAsync(address));
        foreach (var file in new[] { folder.Write("foreign.crt", System.Text.Encoding.ASCII.GetBytes(foreign.ExportCertificatePem())), null })
        {
            using var other = TransferHttp.ForOperator(file);
            await Assert.ThrowsAsync<HttpRequestException>(() => other.GetStringAsync(address));
        }

        await app.StopAsync();
    }

    internal static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
