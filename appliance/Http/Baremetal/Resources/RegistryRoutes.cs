using BootAppliance.Http.Baremetal.Wire;
using BootAppliance.Nodes;

namespace BootAppliance.Http.Baremetal.Resources;

/// <summary>Resources that are stored by themselves.</summary>
internal abstract class RegistryRoutes<T>(string path, int since, ResourceTable<T> table, ResourceRegistry<T> all) : ResourceRoutes<T>(path, path, since, table)
    where T : Resource
{
    protected ResourceRegistry<T> All => all;

    /// <summary>What Ironic would not take, or has in another form.</summary>
    protected virtual T Checked(T item) => item;

    protected sealed override Guid IdentityOf(T item) => item.Uuid;

    protected override T Get(string text) => all.Get(text);

    protected sealed override IEnumerable<T> Select(ApiCall call, Guid? marker)
    {
        var after = marker is { } uuid ? all.Get(uuid.ToString()).Number : 0;
        return all.All.SkipWhile(item => item.Number <= after);
    }

    protected override Task<T> AddAsync(T item) => all.AddAsync(Checked(item));

    protected override Task<T> UpdateAsync(T item, Func<T, T> change) => all.UpdateAsync(item.Uuid, before => Checked(change(before)));

    protected override Task RemoveAsync(T item) => all.RemoveAsync(item.Uuid);
}
