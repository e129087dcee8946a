using System.Text.Json;
using System.Xml.Linq;
using Microsoft.Data.Analysis;
using Microsoft.ML.NormalizingFlows.Plots;
using Microsoft.ML.NormalizingFlows.Tests;
using NotebookSample.Cells;
using NotebookSample.Pages;
using Samples.Shared.Cars;

namespace Programs.Tests.Samples.Notebook;

/// <summary>The notebook shows the code that ran, and below each cell what that cell showed.</summary>
public sealed class NotebookTests
{
    private const string Source = """
        using System;
        using NotebookSample.Cells;

        class Program
        {
            void Run()
            {
                // %% [markdown]
                // # A title
                //
                // Text with `code`:
                //
                // - one

                // %%
                var x = 1;
                if (x > 0)
                {
                    Show("a < b"); // shown
                }

                // %%
            }
        }
        """;

    private static readonly Cell[] s_cells = [.. CellFile.Parse(Source).Cells];

    [Fact]
    public void A_method_is_cut_into_cells()
    {
        CellFile file = CellFile.Parse(Source);
        Assert.Equal("A title", file.Title);
        // Empty cells are left out.
        Assert.Equal([false, true], file.Cells.Select(cell => cell.IsCode));
        Assert.Equal("# A title\n\nText with `code`:\n\n- one", file.Cells[0].Source);
        Assert.Equal("var x = 1;\nif (x > 0)\n{\n    Show(\"a < b\"); // shown\n}", file.Cells[1].Source);
        Assert.Equal((15, 21), (file.Cells[1].FirstLine, file.Cells[1].LastLine));
        Assert.Equal("using System;", JupyterFile.Namespaces(file));
        Assert.Throws<InvalidDataException>(() => CellFile.Parse("class A { }"));
    }

    [Fact]
    public void The_cells_of_the_walk_through_fit_the_page_and_are_explained()
    {
        CellFile file = CellFile.Parse(File.ReadAllText(Path.Combine(Repository.Folder, "samples", "Notebook", "Walkthrough.cs")));
        Assert.NotEmpty(file.Title);
        Assert.False(file.Cells[0].IsCode);
        Assert.All(file.Cells.Where(cell => cell.IsCode), cell => Assert.All(cell.Source.Split('\n'), line => Assert.True(line.Length <= 110, line)));
        // No code without a word before it.
        Assert.DoesNotContain(file.Cells.Zip(file.Cells.Skip(1)), pair => pair.First.IsCode && pair.Second.IsCode);
    }

    [Fact]
    public void What_is_shown_belongs_to_the_cell_that_the_call_stands_in()
    {
        var program = new Shows();
        program.Run();
        Assert.Equal(["one", "two"], program.Outputs(new Cell(true, "", Shows.Line + 1, Shows.Line + 2)).Cast<TextOutput>().Select(text => text.Text));
        Assert.IsType<TableOutput>(Assert.Single(program.Outputs(new Cell(true, "", Shows.Line + 3, Shows.Line + 4))));
    }

    [Fact]
    public void The_page_has_text_code_and_outputs_in_order_and_needs_nothing_else()
    {
        string html = NotebookPage.Of(CellFile.Parse(Source), Outputs);
        Assert.True(Index("<h1>A title</h1>") < Index("<code>code</code>"));
        Assert.True(Index("<code>code</code>") < Index("<span class=\"comment\">// shown</span>"));
        Assert.True(Index("// shown") < Index("<pre>1 &lt; 2</pre>"));
        Assert.True(Index("<pre>1 &lt; 2</pre>") < Index("<td class=\"right\">0.5</td>"));
        Assert.True(Index("0.5</td>") < Index("<svg"));
        Assert.DoesNotContain("http", html.Replace("http://www.w3.org/2000/svg", ""));
        Assert.DoesNotContain("<script", html);

        int Index(string text)
        {
            int at = html.IndexOf(text, StringComparison.Ordinal);
            Assert.True(at >= 0, text);
            return at;
        }
    }

    [Fact]
    public void The_Jupyter_file_has_the_same_cells_after_one_that_sets_them_up()
    {
        JsonElement file = JsonDocument.Parse(JupyterFile.Of(CellFile.Parse(Source), Outputs)).RootElement;
        JsonElement[] cells = [.. file.GetProperty("cells").EnumerateArray()];
        Assert.Equal(["code", "markdown", "code"], cells.Select(cell => cell.GetProperty("cell_type").GetString()));
        Assert.StartsWith("#r \"nuget: Microsoft.ML.NormalizingFlows\"", Joined(cells[0].GetProperty("source")));
        Assert.Equal(s_cells.Select(cell => cell.Source), cells.Skip(1).Select(cell => Joined(cell.GetProperty("source"))));
        JsonElement[] outputs = [.. cells[2].GetProperty("outputs").EnumerateArray()];
        Assert.Equal(["stream", "display_data", "display_data"], outputs.Select(output => output.GetProperty("output_type").GetString()));
        Assert.Equal("svg", XElement.Parse(Joined(outputs[2].GetProperty("data").GetProperty("image/svg+xml"))).Name.LocalName);
        Assert.Equal(".net-csharp", file.GetProperty("metadata").GetProperty("kernelspec").GetProperty("name").GetString());

        static string Joined(JsonElement lines) => string.Concat(lines.EnumerateArray().Select(line => line.GetString()));
    }

    [Theory]
    [InlineData("var a = 12_000.5f;", "<span class=\"keyword\">var</span> a = <span class=\"number\">12_000.5f</span>;")]
    [InlineData("F(\"// no comment\"); // \"no text\"", "F(<span class=\"text\">&quot;// no comment&quot;</span>); <span class=\"comment\">// &quot;no text&quot;</span>")]
    [InlineData("x.new1 < variable", "x.new1 &lt; variable")]
    public void Code_is_coloured_and_escaped(string code, string html) => Assert.Equal(html, CodeColors.Html(code));

    [Theory]
    [InlineData(null, "–")]
    [InlineData(float.NaN, "–")]
    [InlineData(123_400f, "123,400")]
    [InlineData(-13.1649f, "\u221213.16")]
    [InlineData(0.0034f, "0.0034")]
    [InlineData(0f, "0")]
    [InlineData(7, "7")]
    [InlineData("a", "a")]
    public void Values_are_short(object? value, string text) => Assert.Equal(text, FrameTable.Text(value));

    [Fact]
    public void The_market_has_as_many_wrong_cars_as_it_is_told_and_a_seed_repeats_it()
    {
        Car[] cars = new CarMarket(seed: 3).Draw(500, wrong: 7);
        Assert.Equal(7, cars.Count(car => car.Note.Length > 0));
        Assert.InRange(cars.Count(car => car.Mileage is null), 1, 40);
        Assert.All(cars, car => Assert.True(car.Price >= 0 && car.Age > 0 && car.Power > 0));
        Assert.Equal(cars, new CarMarket(seed: 3).Draw(500, wrong: 7));
    }

    private static IReadOnlyList<CellOutput> Outputs(Cell cell) =>
    [
        new TextOutput("1 < 2"),
        FrameTable.Of(new DataFrame(new SingleDataFrameColumn("x", [0.5f]))),
        new PictureOutput(new PlotGrid("A").Add(FlowTheme.NewPlot())),
    ];

    private sealed class Shows : NotebookProgram
    {
        public static int Line { get; private set; }

        public override void Run()
        {
            Line = Here();
            Show("one");
            Show("two");

            Show(new DataFrame(new SingleDataFrameColumn("x", [1f])));
        }

        private static int Here([System.Runtime.CompilerServices.CallerLineNumber] int line = 0) => line;
    }
}
