using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.Operator.Tests.World;

/// <summary>What users do in a world, in few words.</summary>
internal static class ToyWorldApi
{
    internal static Task<T> CreateAsync<T>(this ToyWorld world, EntityDescriptor<T> descriptor, T entity)
        where T : class, IKubernetesObject
    {
        entity.Metadata.NamespaceProperty = world.In(descriptor);
        return world.Client.CreateAsync(descriptor, entity, null, CancellationToken.None);
    }

    internal static Task<T?> GetAsync<T>(this ToyWorld world, EntityDescriptor<T> descriptor, string name)
        where T : class, IKubernetesObject => world.Client.GetAsync(descriptor, name, world.In(descriptor), CancellationToken.None);

    internal static async Task<T> ReadAsync<T>(this ToyWorld world, EntityDescriptor<T> descriptor, string name)
        where T : class, IKubernetesObject =>
        await world.GetAsync(descriptor, name) ?? throw new InvalidOperationException($"there is no {descriptor.Kind} {name}");

    internal static Task<T> PatchAsync<T>(this ToyWorld world, EntityDescriptor<T> descriptor, string name, string merge)
        where T : class, IKubernetesObject =>
        world.Client.PatchAsync(descriptor, name, world.In(descriptor), PatchKind.Merge, System.Text.Encoding.UTF8.GetBytes(merge), null, CancellationToken.None);

    internal static Task<bool> DeleteAsync<T>(this ToyWorld world, EntityDescriptor<T> descriptor, string name)
        where T : class, IKubernetesObject => world.Client.DeleteAsync(descriptor, name, world.In(descriptor), null, CancellationToken.None);

    internal static async Task<IReadOnlyList<T>> ListAsync<T>(this ToyWorld world, EntityDescriptor<T> descriptor)
        where T : class, IKubernetesObject => (await world.Client.ListAllAsync(descriptor, world.Space, null, CancellationToken.None)).Items;

    private static string? In<T>(this ToyWorld world, EntityDescriptor<T> descriptor)
        where T : class, IKubernetesObject => descriptor.Namespaced ? world.Space : null;

    /// <summary>Training Pods of a run.</summary>
    internal static async Task<IReadOnlyList<V1Pod>> PodsAsync(this ToyWorld world, string run) =>
        [.. (await world.ListAsync(KubernetesDescriptors.Pods)).Where(p => p.Metadata.Labels?.GetValueOrDefault(ModelOperatorApi.RunLabel) == run)];

    /// <summary>
    /// Waits until nothing is missing; fails with what still is, and with the operator's log, when that has not changed for so long. A story that
    /// goes on, however slowly, is given five times as long.
    /// </summary>
    internal static async Task UntilAsync(this ToyWorld world, Func<Task<string?>> missing, double seconds = 180)
    {
        var (began, changed, last) = (TimeProvider.System.GetTimestamp(), TimeProvider.System.GetTimestamp(), "");
        while (await missing() is { } text)
        {
            if (text != last)
                (changed, last) = (TimeProvider.System.GetTimestamp(), text);
            var (still, all) = (TimeProvider.System.GetElapsedTime(changed).TotalSeconds, TimeProvider.System.GetElapsedTime(began).TotalSeconds);
            if (still > seconds || all > 5 * seconds)
                Assert.Fail($"still missing after {all:0} s, of which {still:0} s without a change: {text}\n{string.Join('\n', world.Log?.Lines.TakeLast(60) ?? [])}");
            await Task.Delay(world.Server.Pause, TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>Waits until an object is as wanted; fails with what it says instead.</summary>
    internal static async Task<T> UntilAsync<T>(
        this ToyWorld world, EntityDescriptor<T> descriptor, string name, Func<T, bool> wanted, Func<T, string?> says, double seconds = 180)
        where T : class, IKubernetesObject
    {
        T? last = null;
        await world.UntilAsync(
            async () =>
            {
                last = await world.GetAsync(descriptor, name);
                return last is not null && wanted(last) ? null : $"{descriptor.Kind} {name}: {(last is null ? "absent" : says(last))}";
            },
            seconds);
        return last!;
    }

    /// <summary>
    /// Waits until the operator has sent nothing for a while; a Lease does not count. The while is counted in answers of the server to this test, at
    /// most one in <see cref="TestServer.Pause"/>: where the machine is so busy that the operator gets nowhere, neither does the count.
    /// </summary>
    internal static async Task QuietAsync(this ToyWorld world, OperatorInstance instance, TimeSpan operatorTime)
    {
        var began = TimeProvider.System.GetTimestamp();
        var real = ((FastTime)world.Time).Real(operatorTime);
        var (count, answers) = (-1, 0);
        while (answers * world.Server.Pause < real)
        {
            (count, answers) = instance.Wire.Writes.Count is var now && now != count ? (now, 0) : (count, answers + 1);
            Assert.True(
                answers > 0 || TimeProvider.System.GetElapsedTime(began).TotalSeconds < 300,
                $"the operator never falls silent; last: {string.Join("; ", instance.Wire.Writes.TakeLast(5))}");
            await Task.Delay(world.Server.Pause, TimeProvider.System, CancellationToken.None);
            await world.GetAsync(KubernetesDescriptors.ServiceAccounts, "default");
        }
    }
}
