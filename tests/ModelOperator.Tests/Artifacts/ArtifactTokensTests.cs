using ModelOperator.Artifacts;

namespace ModelOperator.Tests.Artifacts;

public sealed class ArtifactTokensTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly Sha256Digest Digest = Sha256Digest.Of("x"u8);
    private readonly ArtifactTokens _tokens = new(StoreFixture.Bytes(1, 32));

    [Fact]
    public void A_token_gives_back_its_scope_and_is_the_same_each_time()
    {
        foreach (var scope in new[] { ArtifactScope.Admin, ArtifactScope.Read(Digest), ArtifactScope.Write("team", "0c6f-uid") })
        {
            var token = _tokens.Issue(scope, Now.AddSeconds(1));
            Assert.Equal(token, _tokens.Issue(scope, Now.AddSeconds(1)));
            Assert.Equal(scope, _tokens.Check(token, Now).Scope);
        }
        Assert.StartsWith("mo1.write:team/0c6f-uid.0.", _tokens.Issue(ArtifactScope.Write("team", "0c6f-uid")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_ends_with_its_expiry_and_never_without_one()
    {
        Assert.Equal(TokenCheck.Expired, _tokens.Check(_tokens.Issue(ArtifactScope.Admin, Now), Now));
        Assert.NotNull(_tokens.Check(_tokens.Issue(ArtifactScope.Admin, Now.AddSeconds(1)), Now).Scope);
        Assert.NotNull(_tokens.Check(_tokens.Issue(ArtifactScope.Admin), Now.AddYears(100)).Scope);
    }

    [Fact]
    public void Any_changed_character_and_any_other_key_are_refused()
    {
        var token = _tokens.Issue(ArtifactScope.Read(Digest), Now.AddDays(1));
        for (var i = 0; i < token.Length; i++)
        {
            var changed = token[..i] + (token[i] == 'a' ? 'b' : 'a') + token[(i + 1)..];
            Assert.Null(_tokens.Check(changed, Now).Scope);
        }
        Assert.Equal(TokenCheck.BadSignature, new ArtifactTokens(StoreFixture.Bytes(2, 32)).Check(token, Now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("mo1")]
    [InlineData("mo1.admin.0")]
    [InlineData("mo1.admin.0.")]
    [InlineData("mo1.admin.0.AAAA")]
    [InlineData("mo2.admin.0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("mo1.admin.0.!!!!")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.e30.c2ln")]
    public void Text_that_is_no_token_is_refused_without_an_exception(string text) => Assert.Null(_tokens.Check(text, Now).Scope);

    [Theory]
    [InlineData("write:team")]
    [InlineData("write:/uid")]
    [InlineData("write:a/b/c")]
    [InlineData("write:a b/c")]
    [InlineData("read:xyz")]
    [InlineData("admin2")]
    public void Scopes_outside_the_three_forms_do_not_exist(string text) => Assert.False(ArtifactScope.TryParse(text, out _));

    [Fact]
    public void A_short_key_is_refused() => Assert.Throws<ArgumentException>(() => new ArtifactTokens(new byte[31]));
}
