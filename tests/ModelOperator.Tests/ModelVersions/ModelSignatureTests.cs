using ModelOperator.CanaryDeployments;
using ModelOperator.ModelVersions;
using ModelOperator.Tests.CanaryDeployments;
using ModelOperator.Tests.TrainingRuns;
using ModelOperator.TrainingRuns;
using static ModelOperator.Tests.ModelVersions.Things;

namespace ModelOperator.Tests.ModelVersions;

/// <summary>From a run or a person's version to the model server.</summary>
public sealed class ModelSignatureTests
{
    /// <summary>What the model server's own tests read.</summary>
    private const string Wire =
        """{"inputs":[{"name":"size","type":"Numeric","optional":false},{"name":"grade","type":"Categorical","optional":false},{"name":"age","type":"Numeric","optional":true}],"outputs":[{"name":"y","type":"Numeric","optional":false}]}""";

    private static readonly ModelSignature Signature = new()
    {
        Inputs = [new() { Name = "size" }, new() { Name = "grade", Type = SignatureType.Categorical }, new() { Name = "age", Optional = true }],
        Outputs = [new() { Name = "y" }],
    };

    public static TheoryData<ModelSignature, string> Wrong() => new()
    {
        { new() { Inputs = [] }, "inputs: '[]' is not allowed; allowed: at least one field" },
        { new() { Inputs = [new() { Name = "" }] }, "inputs[0].name: '' is not allowed; allowed: 1 to 128 characters, each name once" },
        { new() { Inputs = [new() { Name = "x" }, new() { Name = "x" }] }, "inputs[1].name: 'x' is not allowed" },
        { new() { Inputs = [new() { Name = new('x', 129) }] }, $"inputs[0].name: '{new string('x', 128)}' is not allowed" },
        { new() { Inputs = [new() { Name = "x", Type = SignatureType.Probability }] }, "inputs[0].type: 'Probability' is not allowed; allowed: Numeric or Categorical" },
        { new() { Inputs = [new() { Name = "x" }], Outputs = [new() { Name = "y", Optional = true }] }, "outputs[0].optional: 'true' is not allowed" },
        { new() { Inputs = [.. Enumerable.Range(0, 129).Select(static i => new SignatureField { Name = $"x{i}" })] }, "inputs: '129' is not allowed; allowed: at most 128 fields" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_signature_is_refused_in_a_version_and_in_a_run(ModelSignature signature, string words)
    {
        var version = Signed(signature);
        Assert.Contains("spec.signature." + words, ModelVersionAdmission.Refusal(null, version), StringComparison.Ordinal);
        Assert.Equal(ModelVersionReasons.InvalidSpec, ModelVersionValidation.Problem(version)?.Reason);
        var error = Assert.Single(TrainingRunValidation.Check(Runs.Run(Runs.Spec with { Output = new() { Signature = signature } })));
        Assert.StartsWith("spec.output.signature." + words.Split(':')[0].Split(' ')[0], error.Path + ":", StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_content_of_the_version_and_immutable()
    {
        Assert.Null(ModelVersionAdmission.Refusal(null, Signed(Signature)));
        Assert.Contains("spec.signature is content", ModelVersionAdmission.Refusal(Signed(Signature), Signed(null)), StringComparison.Ordinal);
        Assert.Contains("spec.signature is content", ModelVersionAdmission.Refusal(Signed(null), Signed(Signature)), StringComparison.Ordinal);
        Assert.Null(ModelVersionAdmission.Refusal(Signed(Signature), Signed(Signature with { Inputs = [.. Signature.Inputs] })));
    }

    [Fact]
    public void A_run_gives_its_signature_to_its_version()
    {
        var run = Runs.Run(Runs.Spec with { Output = new() { Signature = Signature } });
        Assert.Same(Signature, TrainingRunChildren.Version(run, new() { Artifact = Artifact }, 3).Spec.Signature);
    }

    [Fact]
    public void The_server_is_told_and_Pods_of_versions_without_one_stay()
    {
        Assert.Equal(Wire, ModelSignatures.Wire(Signature));
        var view = Canaries.Version("diamonds-2");
        var canary = Canaries.Of(Canaries.Spec());
        var (plain, signed) = (CanaryWorkload.Deployment(canary, view, 1, Canaries.Options, null), CanaryWorkload.Deployment(canary, view with { Signature = Wire }, 1, Canaries.Options, null));
        Assert.Equal(Wire, Assert.Single(signed.Spec!.Template!.Spec!.Containers.Single().Env!, static v => v.Name == "MODELOP_MODEL_SIGNATURE").Value);
        Assert.DoesNotContain(plain.Spec!.Template!.Spec!.Containers.Single().Env!, static v => v.Name == "MODELOP_MODEL_SIGNATURE");
        Assert.NotEqual(plain.Metadata.Annotations![CanaryWorkload.InputsAnnotation], signed.Metadata.Annotations![CanaryWorkload.InputsAnnotation]);
    }

    private static V1ModelVersion Signed(ModelSignature? signature)
    {
        var version = Version(1);
        return version with { Spec = version.Spec with { Signature = signature } };
    }
}
