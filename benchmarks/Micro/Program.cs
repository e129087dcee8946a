using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Micro;

// Time and allocation of the parts of the library. See benchmarks/README.md; options are those of BenchmarkDotNet.
//
// Benchmarks run in this process, so that this very build is measured. BenchmarkDotNet's default is to build the library once more
// for a project that it generates below bin/: that takes longer than most benchmarks.
string[] options = args;
if (!options.Any(option => option is "-i" or "--inProcess"))
    options = [.. options, "--inProcess"];
if (!options.Any(option => option is "-j" || option.StartsWith("--job", StringComparison.Ordinal)))
    options = [.. options, "--job", "Short"];
var config = DefaultConfig.Instance
    .AddColumn(new RowsPerSecondColumn())
    .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(32));
BenchmarkSwitcher.FromAssembly(typeof(RowsPerSecondColumn).Assembly).Run(options, config);
