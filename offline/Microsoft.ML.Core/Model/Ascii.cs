using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Eight characters in one integer, the first in the lowest byte.</summary>
internal static class Ascii
{
    public static ulong Pack(ReadOnlySpan<char> text)
    {
        var packed = 0UL;
        for (var i = 0; i < text.Length; i++)
        {
            Contracts.Check(text[i] <= 0xFF);
            packed |= (ulong)text[i] << (8 * i);
        }
        return packed;
    }

    public static string Unpack(params ReadOnlySpan<ulong> words)
    {
        var text = new char[8 * words.Length];
        for (var i = 0; i < text.Length; i++)
            text[i] = (char)(byte)(words[i / 8] >> (8 * (i % 8)));
        return new string(text).TrimEnd('\0');
    }
}
