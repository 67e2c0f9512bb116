using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace BootAppliance.Settings.Loading;

/// <summary>
/// Reads one YAML document into a tree with places. It works on the parser's events because the library's own tree stops at the first
/// doubled key, and an operator wants to hear of all of them.
/// </summary>
internal sealed class YamlReader
{
    private const int MaximumDepth = 32;

    private readonly string fileName;
    private readonly ProblemList problems;
    private readonly Parser parser;

    private YamlReader(string text, string fileName, ProblemList problems)
    {
        this.fileName = fileName;
        this.problems = problems;
        parser = new Parser(new StringReader(text));
    }

    /// <summary>Null if the text is not YAML or not a map; then <paramref name="problems"/> says why.</summary>
    public static SettingsMap? Read(string text, string fileName, ProblemList problems)
    {
        try
        {
            return new YamlReader(text, fileName, problems).ReadDocument();
        }
        catch (YamlException syntax)
        {
            problems.Add("", FindTab(text, fileName) ?? new SettingsOrigin(fileName, syntax.Start.Line, syntax.Start.Column), $"not valid YAML: {syntax.Message}");
            return null;
        }
    }

    private SettingsMap? ReadDocument()
    {
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _)) return new SettingsMap(new SettingsOrigin(fileName));
        var root = ReadNode("", 0);
        parser.Consume<DocumentEnd>();
        if (parser.Accept<DocumentStart>(out var second))
        {
            problems.Add("", OriginOf(second), "a second YAML document begins here; settings are one document");
        }

        switch (root)
        {
            case SettingsMap map:
                return map;
            case SettingsScalar { IsNothing: true }:
                return new SettingsMap(root.Origin);
            default:
                problems.Add("", root.Origin, $"expected sections such as Network: and Dhcp:, found {root.Kind}");
                return null;
        }
    }

    private SettingsNode ReadNode(string key, int depth)
    {
        var next = parser.Consume<ParsingEvent>();
        var origin = OriginOf(next);
        if (depth > MaximumDepth) throw new YamlException(next.Start, next.End, $"nested more than {MaximumDepth} levels deep");
        switch (next)
        {
            case Scalar scalar:
                var isNothing = scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null";
                return new SettingsScalar(scalar.Value, origin, isNothing);
            case MappingStart:
                return ReadMap(key, origin, depth);
            case SequenceStart:
                return ReadList(key, origin, depth);
            default:
                problems.Add(key, origin, "anchors and aliases are not understood in settings; write the value out");
                return new SettingsScalar("", origin, isNothing: true);
        }
    }

    private SettingsMap ReadMap(string path, SettingsOrigin origin, int depth)
    {
        var map = new SettingsMap(origin);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var name = ReadNode(path, depth + 1);
            var key = name is SettingsScalar scalar ? KeyPath.Join(path, scalar.Text) : path;
            var value = ReadNode(key, depth + 1);
            value.KeyOrigin = name.Origin;
            if (value is not SettingsScalar) value.Origin = name.Origin;
            if (name is not SettingsScalar { Text: var text })
            {
                problems.Add(path, name.Origin, $"a key is a single word, found {name.Kind}");
            }
            else if (!map.Entries.TryAdd(text, value))
            {
                problems.Add(key, name.Origin, $"stands here a second time; the first is at line {map.Entries[text].Origin.Line}");
            }
        }

        return map;
    }

    private SettingsList ReadList(string path, SettingsOrigin origin, int depth)
    {
        var list = new SettingsList(origin);
        while (!parser.TryConsume<SequenceEnd>(out _)) list.Items.Add(ReadNode(KeyPath.Join(path, $"{list.Items.Count}"), depth + 1));
        return list;
    }

    /// <summary>The parser blames the map around a tab in the indentation, which is of no help to find it.</summary>
    private static SettingsOrigin? FindTab(string text, string fileName)
    {
        var lines = text.Split('\n');
        var line = Array.FindIndex(lines, l => l.TrimStart(' ').StartsWith('\t'));
        return line < 0 ? null : new SettingsOrigin(fileName, line + 1, lines[line].IndexOf('\t', StringComparison.Ordinal) + 1);
    }

    private SettingsOrigin OriginOf(ParsingEvent at) => new(fileName, at.Start.Line, at.Start.Column);
}
