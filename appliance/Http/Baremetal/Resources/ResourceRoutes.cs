using System.Text.Json;
using BootAppliance.Http.Baremetal.Wire;

namespace BootAppliance.Http.Baremetal.Resources;

/// <summary>A kind of resource as clients reach it: listed, shown, added, changed and removed.</summary>
/// <param name="name">The list's name, as in <c>ports</c>.</param>
/// <param name="path">Its path below the version, as in <c>volume/targets</c>.</param>
/// <param name="since">The first minor version that has it.</param>
/// <param name="table">Its fields.</param>
internal abstract class ResourceRoutes<T>(string name, string path, int since, ResourceTable<T> table)
    where T : class
{
    protected string Path => path;

    protected int Since => since;

    protected ResourceTable<T> Table => table;

    /// <summary>The arguments that narrow a list.</summary>
    protected virtual IReadOnlyList<string> Filters => [];

    /// <summary>Whether there is a path for the list in detail.</summary>
    protected virtual bool HasDetailPath => false;

    /// <summary>The first minor version in which it can be changed.</summary>
    protected virtual int PatchSince => since;

    /// <summary>What Ironic answers to changes below the first version.</summary>
    protected virtual int TooOldToChange => StatusCodes.Status404NotFound;

    public virtual void Map(BaremetalRoutes routes)
    {
        MapList(routes, $"/{path}", since, Filters, (call, marker) => Select(call, marker));
        routes.Post($"/{path}", AddAsync, since, TooOldToChange);
        routes.Get($"/{path}/{{id}}", Show, since);
        routes.Patch($"/{path}/{{id}}", ChangeAsync, PatchSince, TooOldToChange);
        routes.Delete($"/{path}/{{id}}", RemoveAsync, since, TooOldToChange);
    }

    /// <summary>A list of such resources at any path, as of those of one node.</summary>
    protected void MapList(BaremetalRoutes routes, string at, int from, IReadOnlyList<string> filters, Func<ApiCall, Guid?, IEnumerable<T>> select)
    {
        string[] arguments = [.. ListQuery.Arguments, .. filters];
        routes.Get(at, call =>
        {
            call.Takes(arguments);
            return List(call, table.SelectInList(call), select);
        }, from);
        if (!HasDetailPath) return;
        string[] detailArguments = [.. arguments.Except(["fields", "detail"])];
        routes.Get($"{at}/detail", call =>
        {
            call.Takes(detailArguments);
            return List(call, table.Select(call), select);
        }, from);
    }

    /// <summary>The identity of a resource, for links and markers.</summary>
    protected abstract Guid IdentityOf(T item);

    /// <summary>What somebody means, or the refusal that there is none.</summary>
    protected abstract T Get(string text);

    /// <summary>What a list has after the marker, in the order in which it was added, before it is narrowed.</summary>
    protected abstract IEnumerable<T> Select(ApiCall call, Guid? marker);

    /// <summary>Whether a list has it.</summary>
    protected virtual Func<T, bool> Filter(ApiCall call) => _ => true;

    /// <summary>What a client describes, where that is to be read in another way than it is written.</summary>
    protected virtual JsonElement Read(JsonElement body, ApiCall call) => body;

    /// <summary>A resource without anything that a client says of it.</summary>
    protected abstract T New();

    /// <summary>Adds what a client described. Returns when it is durable.</summary>
    protected abstract Task<T> AddAsync(T item);

    /// <summary>Changes a resource. Returns when that is durable.</summary>
    protected abstract Task<T> UpdateAsync(T item, Func<T, T> change);

    /// <summary>Removes a resource. Returns when that is durable.</summary>
    protected abstract Task RemoveAsync(T item);

    protected ApiAnswer Answer(ApiCall call, T item)
    {
        var shown = table.Select(call);
        return ApiAnswer.Ok(writer => ResourceTable<T>.Write(writer, item, shown, call));
    }

    private ApiAnswer List(ApiCall call, IReadOnlyList<Field<T>> shown, Func<ApiCall, Guid?, IEnumerable<T>> select)
    {
        var query = ListQuery.Read(call);
        // What is not there has nothing behind it, in whatever order.
        if (query.Marker is { } last) Get(last.ToString());
        // Narrowed last: what the page before ended with may have changed since, and is still where this one begins.
        var items = query.From(marker => select(call, marker), table, IdentityOf).Where(Filter(call));
        var next = call.Context.Request.Path.Value!.Trim('/')["v1/".Length..];
        return ApiAnswer.Long(body => query.WriteAsync(body, call, name, next, items, IdentityOf, (w, item) => ResourceTable<T>.Write(w, item, shown, call)));
    }

    private ApiAnswer Show(ApiCall call)
    {
        call.Takes("fields");
        return Answer(call, Get(call.Route("id")));
    }

    private async Task<ApiAnswer> AddAsync(ApiCall call)
    {
        call.Takes();
        var added = await AddAsync(table.Create(New(), Read(await call.ObjectAsync(), call), call.Version));
        return Answer(call, added) with { Status = StatusCodes.Status201Created, Location = $"{call.Root}/v1/{path}/{IdentityOf(added)}" };
    }

    private async Task<ApiAnswer> ChangeAsync(ApiCall call)
    {
        call.Takes();
        var patch = JsonPatch.Read(await call.BodyAsync());
        return Answer(call, await UpdateAsync(Get(call.Route("id")), item => table.Patch(item, patch, call.Version)));
    }

    private async Task<ApiAnswer> RemoveAsync(ApiCall call)
    {
        call.Takes();
        await RemoveAsync(Get(call.Route("id")));
        return ApiAnswer.NoContent;
    }
}
