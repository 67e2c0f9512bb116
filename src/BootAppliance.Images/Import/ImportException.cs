namespace BootAppliance.Images.Import;

/// <summary>Why an image is not imported.</summary>
public enum ImportRefusal
{
    /// <summary>What was asked for makes no sense.</summary>
    Invalid,

    /// <summary>The name is in use, or the part that was sent does not go on where the image stands.</summary>
    Conflict,

    /// <summary>The disk has no room for it.</summary>
    NoRoom,

    /// <summary>The appliance may not write there.</summary>
    NotWritable,

    /// <summary>No such import is under way.</summary>
    NotFound,
}

/// <summary>An import was refused; the message is for the operator.</summary>
public sealed class ImportException(ImportRefusal refusal, string message) : Exception(message)
{
    /// <summary>Why.</summary>
    public ImportRefusal Refusal { get; } = refusal;
}
