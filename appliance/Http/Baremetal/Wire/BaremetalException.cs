namespace BootAppliance.Http.Baremetal.Wire;

/// <summary>The two forms in which Ironic words its refusals.</summary>
internal enum ErrorForm
{
    /// <summary><c>faultcode</c>, <c>faultstring</c>, <c>debuginfo</c>: what was asked for was refused.</summary>
    Fault,

    /// <summary><c>code</c>, <c>title</c>, <c>description</c>: the request did not reach anything that it could be asked of.</summary>
    Title,
}

/// <summary>Why a request to the bare metal API was refused; clients print the message to their user.</summary>
internal sealed class BaremetalException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;

    public ErrorForm Form { get; init; } = ErrorForm.Fault;

    public static BaremetalException Bad(string message) => new(StatusCodes.Status400BadRequest, message);

    public static BaremetalException Conflict(string message) => new(StatusCodes.Status409Conflict, message);

    /// <summary>As Ironic answers where it will not say whether something exists.</summary>
    public static BaremetalException NotFound(string message = "Resource could not be found.") => new(StatusCodes.Status404NotFound, message);

    /// <summary>The version that the client asked for does not have this.</summary>
    public static BaremetalException TooNew() => new(StatusCodes.Status406NotAcceptable, "Request not acceptable.");

    /// <summary>The version that the client asked for does not have this path or method; Ironic has a status of its own at each.</summary>
    public static BaremetalException TooOld(int status) => status switch
    {
        StatusCodes.Status406NotAcceptable => TooNew(),
        StatusCodes.Status405MethodNotAllowed => new(status, "The API version does not allow this") { Form = ErrorForm.Title },
        _ => NotFound(),
    };
}
