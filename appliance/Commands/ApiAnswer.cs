using System.Text.Json;

namespace BootAppliance.Commands;

/// <summary>The JSON that the appliance answered, kept as it came so that <c>--json</c> hides nothing from newer versions.</summary>
internal sealed record ApiAnswer(JsonElement Json)
{
    public T As<T>()
    {
        try
        {
            return Json.Deserialize<T>(ApiJson.OneLine) ?? throw new ApiFailure("the appliance answered nothing; is it of another version than this command?");
        }
        catch (JsonException unexpected)
        {
            throw new ApiFailure($"the appliance's answer was not understood; is it of another version than this command? ({unexpected.Message})", unexpected);
        }
    }
}
