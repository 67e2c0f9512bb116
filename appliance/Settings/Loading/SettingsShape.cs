using System.Reflection;
using System.Runtime.CompilerServices;

namespace BootAppliance.Settings.Loading;

/// <summary>What a setting of a type looks like when it is written. The settings records themselves are the one list of keys.</summary>
internal abstract record SettingsShape
{
    /// <summary>The shape of a property's type; whether it may be null is the property's affair.</summary>
    public static SettingsShape Of(Type type)
    {
        if (SettingParser.For(type) is { } parser) return new Single(parser);
        if (!type.IsGenericType) return new Section(type, [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite)]);
        var arguments = type.GetGenericArguments();
        return type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? new Items(arguments[0]) : new Table(arguments[0], arguments[1]);
    }

    /// <summary>One value.</summary>
    public sealed record Single(SettingParser Parser) : SettingsShape;

    /// <summary>A settings record: a map with known keys.</summary>
    public sealed record Section(Type Type, IReadOnlyList<PropertyInfo> Properties) : SettingsShape
    {
        public PropertyInfo? Find(string name, StringComparison comparison = StringComparison.Ordinal) =>
            Properties.FirstOrDefault(p => p.Name.Equals(name, comparison));

        public static bool IsRequired(PropertyInfo property) => property.IsDefined(typeof(RequiredMemberAttribute));

        /// <summary>The end of a sentence about a key that is not known here.</summary>
        public string Suggest(string unknown) => NearestKey.To(unknown, Properties.Select(p => p.Name)) is { } nearest
            ? $"unknown key; did you mean {nearest}?"
            : $"unknown key; known here: {string.Join(", ", Properties.Select(p => p.Name))}";
    }

    /// <summary>A list.</summary>
    public sealed record Items(Type Item) : SettingsShape;

    /// <summary>A map whose keys the operator chooses.</summary>
    public sealed record Table(Type Key, Type Value) : SettingsShape;
}
