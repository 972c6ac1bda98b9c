namespace ModelOperator.Server.Models;

/// <summary>One request's use of a version: what it begins with is what it ends with. Disposed as soon as the model is not needed any more, and once more does no harm.</summary>
internal sealed class VersionUse(LiveVersion version) : IDisposable
{
    private bool _over;

    internal VersionBooks Books => version.Books;

    internal ServedModel Model => version.Model;

    public void Dispose()
    {
        if (_over)
            return;
        _over = true;
        version.Leave();
    }
}
