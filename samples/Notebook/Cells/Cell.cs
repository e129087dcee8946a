namespace NotebookSample.Cells;

/// <summary>A part of a notebook: text to read, or code to run.</summary>
/// <param name="IsCode">Whether it is code; else it is Markdown.</param>
/// <param name="Source">What it says, without indentation and without the signs of a comment.</param>
/// <param name="FirstLine">Its first line in the file that it stands in, from 1.</param>
/// <param name="LastLine">Its last line.</param>
internal sealed record Cell(bool IsCode, string Source, int FirstLine, int LastLine);
