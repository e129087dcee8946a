using System.Text.RegularExpressions;
using Microsoft.ML.NormalizingFlows.Tests;

namespace Programs.Tests.Readme;

/// <summary>A link of a page of the repository leads somewhere: to a file or folder, and there to a headline.</summary>
public sealed partial class LinkTests
{
    private static readonly string s_repository = Repository.Folder;

    public static TheoryData<string> Pages => [.. Directory.EnumerateFiles(s_repository, "*.md", SearchOption.AllDirectories)
        .Select(page => Path.GetRelativePath(s_repository, page)).Where(page => !Generated().IsMatch(page)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Pages))]
    public void Every_link_leads_somewhere(string page)
    {
        string folder = Path.GetDirectoryName(Path.Combine(s_repository, page))!;
        var dead = Link().Matches(File.ReadAllText(Path.Combine(s_repository, page))).Select(link => link.Groups[1].Value)
            .Where(link => !link.StartsWith("http", StringComparison.Ordinal) && !Leads(page, folder, link));
        Assert.Empty(dead);
    }

    private static bool Leads(string page, string folder, string link)
    {
        string[] parts = link.Split('#');
        string target = parts[0].Length > 0 ? Path.Combine(folder, parts[0]) : Path.Combine(s_repository, page);
        return parts.Length == 1
            ? File.Exists(target) || Directory.Exists(target)
            : File.Exists(target) && File.ReadLines(target).Where(line => line.StartsWith('#')).Select(Anchor).Contains(parts[1]);
    }

    // As GitHub names a headline: lower case, spaces as hyphens, without punctuation.
    private static string Anchor(string headline) =>
        Punctuation().Replace(headline.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();

    [GeneratedRegex(@"(^|[/\\])(bin|obj|TestResults|artifacts)[/\\]")]
    private static partial Regex Generated();
}
