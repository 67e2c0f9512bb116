using BootAppliance.Images;

namespace BootAppliance.Netboot.Plans;

/// <summary>The way of each image of one plan, decided once: a script may name an image twice and is judged before it is written.</summary>
public sealed class ImageRoutes
{
    private readonly Dictionary<ImageReference, ImageRoute> routes;

    /// <summary>Decides for all images of the plan.</summary>
    public ImageRoutes(BootPlan.Network plan, ImageDelivery delivery) =>
        routes = plan.Images.Distinct().ToDictionary(image => image, image => delivery.Route(image, plan.IsLasting));

    /// <summary>The way of an image of the plan.</summary>
    public ImageRoute this[ImageReference image] => routes[image];

    /// <summary>Whether one of them is over some time, and a new script has a new URL.</summary>
    public bool Expire => routes.Values.Any(route => route is ImageRoute.Direct { Expires: not null });

    /// <summary>Why the first image that cannot be had now cannot; null: all can.</summary>
    public string? Problem => routes.Values.OfType<ImageRoute.Unavailable>().FirstOrDefault()?.Problem;
}
