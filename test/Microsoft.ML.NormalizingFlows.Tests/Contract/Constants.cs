using System.Globalization;
using System.Reflection.Metadata;

namespace Microsoft.ML.NormalizingFlows.Tests.Contract;

/// <summary>Writes constants and default values as the API lists do.</summary>
internal static class Constants
{
    public static string Text(MetadataReader reader, ConstantHandle handle)
    {
        if (handle.IsNil)
        {
            return "null";
        }

        var constant = reader.GetConstant(handle);
        return reader.GetBlobReader(constant.Value).ReadConstant(constant.TypeCode) switch
        {
            null => "null",
            bool value => value ? "true" : "false",
            string value => $"\"{value}\"",
            char value => value switch { '\t' => @"'\t'", '\0' => @"'\0'", _ => $"'{value}'" },
            IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
            var value => value.ToString()!,
        };
    }
}
