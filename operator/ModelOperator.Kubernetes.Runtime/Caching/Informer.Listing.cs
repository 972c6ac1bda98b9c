namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <content>Whole lists.</content>
public sealed partial class Informer<T>
{
    /// <summary>Lists, of an optional kind in the first version that is served; false when there is none, and then no object either.</summary>
    private async Task<bool> ListServedAsync(CancellationToken cancellationToken)
    {
        if (cache.OptionalVersions.IsEmpty)
        {
            await ListAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }

        foreach (var version in cache.OptionalVersions)
        {
            try
            {
                Volatile.Write(ref descriptor, descriptor with { Version = version });
                await ListAsync(cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (KubernetesException absent) when (absent.IsNotFound)
            {
                Heard();
            }
        }

        Take([], "");
        return false;
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        var (items, version) = await PagesAsync(cancellationToken).ConfigureAwait(false);
        metrics.Relisted(Name);
        Heard();
        Take(items, version);
        pagesExpire = false;
        resumeFrom = version;
        LogListed(Name, items.Count, version);
    }

    private void Take(List<CachedObject<T>> items, string version)
    {
        lock (gate)
        {
            foreach (var change in Store.Replace(items, version))
                Publish_NeedsLock(change);
        }

        // Subscribers know the list by now: who waits for it takes all keys itself and is not given them once more.
        listed = true;
    }

    private async Task<(List<CachedObject<T>> Items, string Version)> PagesAsync(CancellationToken cancellationToken)
    {
        var items = new List<CachedObject<T>>();
        string? version = null;
        var page = new ListOptions
        {
            LabelSelector = cache.LabelSelector,
            FieldSelector = cache.FieldSelector,
            Limit = pagesExpire ? null : options.PageSize,
        };
        try
        {
            await foreach (var list in client.PagesAsync(descriptor, cache.NamespaceName, page, cancellationToken).ConfigureAwait(false))
            {
                Heard();
                version ??= list.Metadata.ResourceVersion ?? "";
                foreach (var item in list.Items)
                    items.Add(Store.Hold(item, Enter));
            }
        }
        catch (KubernetesException gone) when (gone.IsGone && version is not null)
        {
            // Pages outlive their token on a slow or busy server: the next try asks for everything at once.
            pagesExpire = true;
            throw;
        }

        return (items, version ?? "");
    }
}
