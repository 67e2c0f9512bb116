using BootAppliance.Images;

namespace BootAppliance.Netboot.Plans;

/// <summary>The way of each image of one plan, decided once: a script may name an image twice and is judged before it is written.</summary>
public sealed class ImageRoutes
{
    private readonly Dictionary<ImageReference, ImageRoute> routes = [];

    /// <summary>Decides for all images of the plan.</summary>
    public ImageRoutes(BootPlan.Network plan, ImageUse use, ImageDelivery delivery)
    {
        foreach (var image in plan.Images)
        {
            if (!routes.ContainsKey(image)) routes[image] = delivery.Route(image, use);
        }
    }

    /// <summary>The way of an image of the plan.</summary>
    public ImageRoute this[ImageReference image] => routes[image];

    /// <summary>Whether one of them may fail for good while the next script knows better: a URL that is over some time, an image that has still to come, a version that goes.</summary>
    public bool MayChange => routes.Any(route => route.Value is ImageRoute.Direct { Expires: not null } || (route.Value is ImageRoute.Served && route.Key is not ImageReference.Local));

    /// <summary>How many of them come from the appliance.</summary>
    public int Served => routes.Values.OfType<ImageRoute.Served>().Count();

    /// <summary>Why machines get images from here that they were meant to fetch by themselves; null: they do not.</summary>
    public string? InsteadOf => routes.Values.OfType<ImageRoute.Served>().FirstOrDefault(served => served.InsteadOf is not null)?.InsteadOf;

    /// <summary>Why the first image that cannot be had now cannot; null: all can.</summary>
    public string? Problem => routes.Values.OfType<ImageRoute.Unavailable>().FirstOrDefault()?.Problem;
}
